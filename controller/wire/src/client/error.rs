//! Why a request brought no answer, kept apart by what a person can do about it.

use std::fmt;

use crate::problem::Problem;

/// Why a daemon was not reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// There was no connection, for this reason: most likely nothing runs there.
    Absent(String),
    /// Something runs there, but it gave no answer, or not all of it.
    Silent(String),
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent(why) | Self::Silent(why) => f.write_str(why),
        }
    }
}

/// Why a request brought no answer that can be used.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientError {
    /// No daemon answered, or it stopped answering.
    Unreachable {
        /// Where it was looked for.
        endpoint: String,
        /// What went wrong.
        cause: Cause,
    },
    /// The daemon declined, and said why.
    Problem(Box<Problem>),
    /// What answered does not speak this API.
    Garbled {
        /// Where it was found.
        endpoint: String,
        /// What was not understood.
        what: String,
    },
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { endpoint, cause: cause @ Cause::Absent(_) } => {
                write!(f, "no daemon answers at {endpoint}: {cause}")
            }
            Self::Unreachable { endpoint, cause: cause @ Cause::Silent(_) } => {
                write!(f, "the daemon at {endpoint} does not answer: {cause}")
            }
            Self::Problem(problem) => f.write_str(&problem.detail),
            Self::Garbled { endpoint, what } => {
                write!(f, "what answers at {endpoint} is not a soothed of this version: {what}")
            }
        }
    }
}

impl std::error::Error for ClientError {}
