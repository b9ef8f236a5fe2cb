//! The protocols that come with soothe, from the files in `controller/wire/protocols`.

use std::sync::LazyLock;

use super::ProtocolFile;

macro_rules! texts {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../protocols/", $name, ".toml")))),*]
    };
}

/// Name and text of each.
pub(super) const TEXTS: [(&str, &str); 18] = texts![
    "heat-gentle",
    "heat-firm",
    "heat-long",
    "heat-sensitive",
    "ice-10",
    "ice-intermittent",
    "ice-cautious",
    "contrast-classic",
    "alternate-knot",
    "flare-up",
    "tens-conventional",
    "tens-knot",
    "tens-burst",
    "tens-modulated",
    "tens-low",
    "heat-then-tens",
    "heat-and-loosen",
    "desk-break",
];

static ALL: LazyLock<Vec<ProtocolFile>> = LazyLock::new(|| {
    let file = |(_, text)| ProtocolFile::parse(text).expect("a built-in protocol is accepted");
    TEXTS.map(file).into()
});

/// The protocols that come with soothe; the first is the one to begin with.
pub fn builtin() -> impl Iterator<Item = &'static ProtocolFile> {
    ALL.iter()
}

/// The built-in protocol of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static ProtocolFile> {
    builtin().find(|it| it.protocol.name().as_str() == name)
}
