//! The words for everything that can be wrong with the pad and its parts.

use soothe_plant::{
    Contact, Electrode, ElectrodeFault, ElectrodePart, Factor, Fault, Lift, Pack, PadFault, Part,
    Peel, ProbeFault, SwitchFault,
};
use soothe_therapy::tens::Microamp;
use soothe_therapy::{Kelvin, ProbeError, Span};

use super::words::{Read, Reader, Words};

/// A change of the pad's parts.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Breakage {
    /// Something breaks.
    Inject(Fault),
    /// These are right again.
    Heal(Vec<Part>),
}

impl Breakage {
    fn heal(parts: impl Into<Vec<Part>>) -> Self {
        Self::Heal(parts.into())
    }
}

/// What a sensor can do instead of telling its temperature.
pub(super) const PROBE: &[(&str, Reader<ProbeFault>)] = &[
    ("lost", |words| Ok(ProbeFault::Lost(lost(words)?))),
    ("frozen", |_| Ok(ProbeFault::Frozen)),
    ("reads", |words| Ok(ProbeFault::Stuck(words.celsius()?))),
    ("drifts", |words| Ok(ProbeFault::Drifting { per_min: kelvin(words)? })),
    ("offset", |words| Ok(ProbeFault::Offset(kelvin(words)?))),
    ("slow", |words| Ok(ProbeFault::Slow { lag: words.time()? })),
    ("noisy", |words| Ok(ProbeFault::Noisy { sigma: sigma(words)? })),
    ("late", |words| Ok(ProbeFault::Late { every: words.time()? })),
    ("silent", |_| Ok(ProbeFault::Late { every: Span::from_ms(u64::MAX) })),
];

/// How a contact sensor can lie where it should not, besides.
pub(super) const PLACE: &[(&str, Lift)] = &[("off-skin", Lift::Off), ("half-lifted", Lift::Half)];

/// Why a sensor that is lost gives no value.
pub(super) const LOST: &[(&str, ProbeError)] = &[
    ("missing", ProbeError::Missing),
    ("checksum", ProbeError::Checksum),
    ("garbled", ProbeError::Garbled),
    ("bus", ProbeError::Bus),
];

/// How a switch can fail.
pub(super) const SWITCH: &[(&str, Reader<SwitchFault>)] = &[
    ("welded", |_| Ok(SwitchFault::Welded)),
    ("stuck-open", |_| Ok(SwitchFault::Open)),
    ("slow", |words| Ok(SwitchFault::Slow { by: words.time()? })),
    ("chattering", |_| Ok(SwitchFault::Chattering)),
];

/// How the pad can fail.
pub(super) const PAD: &[(&str, Reader<PadFault>)] = &[
    ("folded", |_| Ok(PadFault::Folded)),
    ("broken", |_| Ok(PadFault::OpenCircuit)),
    ("power", |words| Ok(PadFault::Power(factor(words)?))),
];

/// What a person can put on.
pub(super) const PACKS: &[(&str, Pack)] = &[
    ("gel", Pack::Gel),
    ("peas", Pack::Peas),
    ("cold-peas", Pack::ColdPeas),
    ("freezer", Pack::Freezer),
];

/// What can befall electrodes and their leads.
pub(super) const ELECTRODES: &[(&str, ElectrodeFault)] = &[
    ("half-off", ElectrodeFault::Peeled(Electrode::First, Peel::Half)),
    ("off", ElectrodeFault::Peeled(Electrode::First, Peel::Off)),
    ("dry", ElectrodeFault::Dry(Electrode::First)),
    ("short", ElectrodeFault::Short),
];

/// What can befall a stimulator.
pub(super) const STIMULATOR: &[(&str, Reader<ElectrodeFault>)] = &[
    ("gain", |words| Ok(ElectrodeFault::Gain(factor(words)?))),
    ("direct", |words| Ok(ElectrodeFault::Direct(microamp(words)?))),
    ("silent", |_| Ok(ElectrodeFault::Silent)),
    ("gone", |_| Ok(ElectrodeFault::Absent)),
];

/// What a sense line can always say.
pub(super) const SAYS: &[(&str, bool)] = &[("yes", true), ("no", false)];

/// Takes the fault away, whatever it is.
pub(super) const HEALTHY: &str = "healthy";
/// The sensor is told as the room's, and the room's as this one.
pub(super) const SWAPPED: &str = "swapped";

/// `sensor 1 frozen`, the number first.
pub(super) fn sensor(words: &mut Words<'_>) -> Read<Breakage> {
    let contacts = [("1", Contact::First), ("2", Contact::Second)];
    let contact = words.choose("a contact sensor", &contacts)?;
    if words.next_is(HEALTHY) {
        let parts = [Part::Contact(contact), Part::Place(contact), Part::Names];
        return Ok(Breakage::heal(parts));
    }
    if words.next_is(SWAPPED) {
        return Ok(Breakage::Inject(Fault::Swapped(contact)));
    }
    if let Some((_, lift)) = PLACE.iter().find(|(name, _)| words.next_is(name)) {
        return Ok(Breakage::Inject(Fault::Lifted(contact, *lift)));
    }
    let others = PLACE.iter().map(|(name, _)| *name).chain([SWAPPED]);
    let fault = among(words, "what a sensor can do", PROBE, others)?;
    Ok(Breakage::Inject(Fault::Contact(contact, fault)))
}

/// `room frozen`
pub(super) fn room(words: &mut Words<'_>) -> Read<Breakage> {
    if words.next_is(HEALTHY) {
        return Ok(Breakage::heal([Part::Room]));
    }
    let fault = among(words, "what a sensor can do", PROBE, [])?;
    Ok(Breakage::Inject(Fault::Room(fault)))
}

/// `skin lost`
pub(super) fn skin(words: &mut Words<'_>) -> Read<Breakage> {
    if words.next_is(HEALTHY) {
        return Ok(Breakage::heal([Part::Skin]));
    }
    let fault = among(words, "what a sensor can do", PROBE, [])?;
    Ok(Breakage::Inject(Fault::Skin(fault)))
}

/// `pack freezer`
pub(super) fn pack(words: &mut Words<'_>) -> Read<Breakage> {
    let pack = words.choose("a cold pack", PACKS)?;
    Ok(Breakage::Inject(Fault::Pack(pack)))
}

/// `electrodes half-off`, of the first of them
pub(super) fn electrodes(words: &mut Words<'_>) -> Read<Breakage> {
    if words.next_is(HEALTHY) {
        let place = Part::Electrodes(ElectrodePart::Place(Electrode::First));
        let gel = Part::Electrodes(ElectrodePart::Gel(Electrode::First));
        return Ok(Breakage::heal([place, gel, Part::Electrodes(ElectrodePart::Leads)]));
    }
    let fault = words.choose("what electrodes can do", ELECTRODES)?;
    Ok(Breakage::Inject(Fault::Electrodes(fault)))
}

/// `stimulator silent`
pub(super) fn stimulator(words: &mut Words<'_>) -> Read<Breakage> {
    if words.next_is(HEALTHY) {
        let parts = [
            ElectrodePart::Source,
            ElectrodePart::Balance,
            ElectrodePart::ReadBack,
            ElectrodePart::Plug,
        ];
        return Ok(Breakage::heal(parts.map(Part::Electrodes)));
    }
    let fault = among(words, "what a stimulator can do", STIMULATOR, [])?;
    Ok(Breakage::Inject(Fault::Electrodes(fault)))
}

/// `k1 welded`
pub(super) fn k1(words: &mut Words<'_>) -> Read<Breakage> {
    switch(words, Part::K1, Fault::K1)
}

/// `k2 welded`
pub(super) fn k2(words: &mut Words<'_>) -> Read<Breakage> {
    switch(words, Part::K2, Fault::K2)
}

fn switch(words: &mut Words<'_>, part: Part, fault: fn(SwitchFault) -> Fault) -> Read<Breakage> {
    if words.next_is(HEALTHY) {
        return Ok(Breakage::heal([part]));
    }
    Ok(Breakage::Inject(fault(among(words, "what a switch can do", SWITCH, [])?)))
}

/// `pad folded`
pub(super) fn pad(words: &mut Words<'_>) -> Read<Breakage> {
    if words.next_is(HEALTHY) {
        return Ok(Breakage::heal([Part::Pad]));
    }
    Ok(Breakage::Inject(Fault::Pad(among(words, "what a pad can do", PAD, [])?)))
}

/// `cut-out opens at 38`
pub(super) fn cutout(words: &mut Words<'_>) -> Read<Breakage> {
    if words.next_is(HEALTHY) {
        return Ok(Breakage::heal([Part::CutOut]));
    }
    words.want("opens")?;
    words.want("at")?;
    Ok(Breakage::Inject(Fault::CutOut(words.celsius()?)))
}

/// `current-line says yes`
pub(super) fn current_line(words: &mut Words<'_>) -> Read<Breakage> {
    line(words, Part::CurrentSense, Fault::CurrentSense)
}

/// `cut-out-line says yes`
pub(super) fn cutout_line(words: &mut Words<'_>) -> Read<Breakage> {
    line(words, Part::CutOutSense, Fault::CutOutSense)
}

fn line(words: &mut Words<'_>, part: Part, fault: fn(bool) -> Fault) -> Read<Breakage> {
    if words.next_is(HEALTHY) {
        return Ok(Breakage::heal([part]));
    }
    words.want("says")?;
    Ok(Breakage::Inject(fault(words.choose("what a line can say", SAYS)?)))
}

/// A factor from 0 to 4, as the model accepts it.
pub(super) fn factor(words: &mut Words<'_>) -> Read<Factor> {
    let times = words.number("a factor", 0.0, 4.0)?;
    Factor::new(times).ok_or_else(|| words.error("a factor is from 0 to 4"))
}

/// Reads one of the words in `table` and what belongs to it. `others` are accepted elsewhere.
fn among<'a, T>(
    words: &mut Words<'_>,
    what: &str,
    table: &[(&'a str, Reader<T>)],
    others: impl IntoIterator<Item = &'a str>,
) -> Read<T> {
    let names = table.iter().map(|(name, _)| *name).chain(others).chain([HEALTHY]);
    let accepted = names.collect::<Vec<_>>().join(", ");
    let find = |word: &str| table.iter().find(|(name, _)| *name == word).map(|(_, read)| *read);
    words.parse(what, &accepted, find)?(words)
}

fn lost(words: &mut Words<'_>) -> Read<ProbeError> {
    if words.rest().is_empty() {
        return Ok(ProbeError::Missing);
    }
    words.choose("a reason for no value", LOST)
}

fn kelvin(words: &mut Words<'_>) -> Read<Kelvin> {
    let k = words.number("a number of kelvin", -200.0, 200.0)?;
    Kelvin::new(k).map_err(|error| words.error(error.to_string()))
}

fn microamp(words: &mut Words<'_>) -> Read<Microamp> {
    words.number("a current in µA", -1000.0, 1000.0).map(Microamp::literal)
}

fn sigma(words: &mut Words<'_>) -> Read<Kelvin> {
    let k = words.number("a standard deviation in kelvin", 0.0, 20.0)?;
    Kelvin::new(k).map_err(|error| words.error(error.to_string()))
}
