//! Texts that lie near a protocol, and bytes that do not.

use proptest::prelude::*;
use soothe_therapy::limits;

use super::super::ProtocolFile;
use super::super::builtin::TEXTS;

/// Text that lies near a protocol: a built-in of which some parts were exchanged.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("repeat = 3\n".as_bytes().to_vec()),
        Just("[[phase.phase]]\n".as_bytes().to_vec()),
        Just("[[phase]]\n".as_bytes().to_vec()),
        Just("phase".as_bytes().to_vec()),
        Just("\"\"\"".as_bytes().to_vec()),
        Just("= 99999999999999999999".as_bytes().to_vec()),
        Just("= nan".as_bytes().to_vec()),
        Just("until = \"normal\"\n".as_bytes().to_vec()),
        "\\PC{0,4}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    let change = (any::<prop::sample::Index>(), 0usize..12, piece);
    (0..TEXTS.len(), prop::collection::vec(change, 0..6)).prop_map(|(nth, changes)| {
        let mut bytes = TEXTS[nth].1.as_bytes().to_vec();
        for (at, cut, piece) in changes {
            let at = at.index(bytes.len() + 1);
            let end = (at + cut).min(bytes.len());
            bytes.splice(at..end, piece);
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_mutated_protocol_is_accepted_within_the_limits_or_refused_at_a_place_in_it(bytes in mutated()) {
        match ProtocolFile::own(&bytes, "mine").or_else(|_| {
            ProtocolFile::parse(&String::from_utf8_lossy(&bytes))
        }) {
            Ok(file) => {
                prop_assert!(file.protocol.duration() <= limits::SESSION_MAX);
                prop_assert!(file.protocol.dose() <= limits::SESSION_DOSE_MAX);
                prop_assert_eq!(file.phases().count(), file.protocol.phases().len());
            }
            Err(error) => {
                let text = String::from_utf8_lossy(&bytes);
                let line = text.split('\n').nth(error.line - 1).expect("the line is there");
                prop_assert!(error.column <= line.chars().count() + 1, "{} in {:?}", error, line);
                prop_assert!(!error.problem.is_empty());
            }
        }
    }

    #[test]
    fn any_bytes_are_refused_and_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(ProtocolFile::own(&bytes, "mine").is_err());
    }
}
