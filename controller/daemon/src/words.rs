//! A protocol's own words for the phases of the session that runs. The core does not know them; whoever starts a
//! protocol sends or names the text that has them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use soothe_therapy::SessionId;

/// The words for each phase, in order; none where the protocol says nothing.
pub(crate) type Says = Vec<Option<String>>;

/// The words of a session that is being started or runs.
#[derive(Debug, Default)]
pub(crate) struct Words(Mutex<BTreeMap<i64, Says>>);

impl Words {
    /// A session is about to be started.
    pub(crate) fn keep(&self, id: SessionId, says: Says) {
        self.with(|all| all.insert(id.0, says));
    }

    /// It runs: one runs at a time, so the words of all others are not wanted any more.
    pub(crate) fn runs(&self, id: SessionId) {
        self.with(|all| all.retain(|other, _| *other == id.0));
    }

    /// It was refused.
    pub(crate) fn forget(&self, id: SessionId) {
        self.with(|all| all.remove(&id.0));
    }

    /// What the protocol of this session says to its phase with this number, from one.
    pub(crate) fn say(&self, id: i64, number: usize) -> Option<String> {
        self.with(|all| all.get(&id)?.get(number.checked_sub(1)?)?.clone())
    }

    fn with<T>(&self, work: impl FnOnce(&mut BTreeMap<i64, Says>) -> T) -> T {
        // Nothing in here can be left half done.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_belong_to_one_session_and_phase_and_go_with_the_next_session() {
        let words = Words::default();
        words.keep(SessionId(1), vec![None, Some("breathe".to_owned())]);
        words.runs(SessionId(1));
        words.keep(SessionId(2), vec![Some("refused".to_owned())]);
        words.forget(SessionId(2));
        let said = |id, number| words.say(id, number);
        assert_eq!((said(1, 2).as_deref(), said(1, 1)), (Some("breathe"), None));
        assert_eq!([said(1, 0), said(1, 3), said(2, 1)], [None, None, None]);
        words.keep(SessionId(3), Vec::new());
        words.runs(SessionId(3));
        assert_eq!(words.say(1, 2), None);
    }
}
