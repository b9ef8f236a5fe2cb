//! Builds the table of the panel's files: fetches the published modules that it uses, compresses
//! everything and computes the hashes that the Content-Security-Policy needs.
//!
//! `npm ci` runs in a folder under `OUT_DIR`, only when the lockfile changed since the last time; npm
//! checks every package against the lockfile's integrity hash. Nothing outside `OUT_DIR` is written.

use std::error::Error;
use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Every package that ends up in the binary.
const PACKAGES: &[&str] = &["preact", "@preact/signals", "@preact/signals-core", "uplot"];

/// Published modules: the path under which they are served, and where npm puts them.
const VENDOR_SCRIPTS: &[(&str, &str)] = &[
    ("/assets/preact.js", "preact/dist/preact.mjs"),
    ("/assets/hooks.js", "preact/hooks/dist/hooks.mjs"),
    ("/assets/signals.js", "@preact/signals/dist/signals.mjs"),
    ("/assets/signals-core.js", "@preact/signals-core/dist/signals-core.mjs"),
    ("/assets/uplot.js", "uplot/dist/uPlot.iife.min.js"),
];

/// The panel's own modules, in `src/`, that the first sight of the page needs.
const OWN_SCRIPTS: &[&str] = &["logic.js", "link.js", "chart.js", "panel.js"];

/// Those that are fetched when what they draw is first wanted.
const LATER_SCRIPTS: &[&str] = &[
    "body.js",
    "care.js",
    "diary.js",
    "drawing.js",
    "exercises.js",
    "hand.js",
    "outline.js",
    "pain.js",
    "profile.js",
    "protocols.js",
    "reminder.js",
    "signs.js",
    "timer.js",
    "tuning.js",
];

/// The styles of what is drawn later, in `src/`.
const LATER_STYLE: &str = "later.css";

/// Drawings in `src/`.
const DRAWINGS: &[&str] = &["body.svg"];

/// Where the drawing of each exercise lies; it is served under the same path.
const EXERCISES: &str = "exercises";

/// Where index.html wants the styles: they travel inside the page, so that STOP never waits for them.
const STYLE_MARK: &str = "<!-- styles -->";

struct File {
    path: String,
    mime: &'static str,
    bytes: Vec<u8>,
    /// Not part of the first load.
    later: bool,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    for input in ["build.rs", "src", EXERCISES, "package.json", "package-lock.json", ".npmrc"] {
        println!("cargo::rerun-if-changed={input}");
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let modules = install(&out)?;
    let page = page()?;
    let policy = policy(&page)?;

    let html = "text/html; charset=utf-8";
    let mut files =
        vec![File { path: "/".to_owned(), mime: html, bytes: page.into_bytes(), later: false }];
    for (path, from) in VENDOR_SCRIPTS {
        files.push(script((*path).to_owned(), read(&modules.join(from))?));
    }
    for name in OWN_SCRIPTS {
        files.push(own_script(name)?);
    }
    files.extend(later()?);

    fs::write(out.join("assets.rs"), table(&out, &files, &policy)?)?;
    fs::write(out.join("licenses.txt"), licenses(&modules)?)?;
    Ok(())
}

fn script(path: String, bytes: Vec<u8>) -> File {
    File { path, mime: "text/javascript; charset=utf-8", bytes, later: false }
}

fn own_script(name: &str) -> Result<File> {
    let source = read_text(&Path::new("src").join(name))?;
    Ok(script(format!("/assets/{name}"), without_comments(&source).into_bytes()))
}

/// What is fetched when it is first wanted.
fn later() -> Result<Vec<File>> {
    let mut files = Vec::new();
    for name in LATER_SCRIPTS {
        files.push(File { later: true, ..own_script(name)? });
    }
    let style = lean_style(&read_text(&Path::new("src").join(LATER_STYLE))?);
    let mime = "text/css; charset=utf-8";
    let path = format!("/assets/{LATER_STYLE}");
    files.push(File { path, mime, bytes: style.into_bytes(), later: true });
    for name in DRAWINGS {
        files.push(drawing(format!("/assets/{name}"), &Path::new("src").join(name))?);
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(EXERCISES)? {
        names.push(entry?.path());
    }
    names.sort();
    for path in names {
        files.push(drawing(format!("/{}", path.display()), &path)?);
    }
    Ok(files)
}

fn drawing(path: String, from: &Path) -> Result<File> {
    let lean: Vec<String> = read_text(from)?.lines().map(|it| it.trim().to_owned()).collect();
    Ok(File { path, mime: "image/svg+xml", bytes: lean.join("\n").into_bytes(), later: true })
}

/// Takes out what a phone need not fetch: lines that are only comment, indentation, and the types of
/// single expressions. Line numbers stay true.
fn without_comments(source: &str) -> String {
    let mut lean = String::with_capacity(source.len());
    let mut inside = false;
    for line in source.lines() {
        let text = line.trim();
        let opens = text.starts_with("/*");
        // A comment with code after it stays.
        let comment = inside
            || text.starts_with("//")
            || (opens && text.find("*/").is_none_or(|end| end + 2 == text.len()));
        inside = (inside || opens) && !text.contains("*/");
        if !comment {
            lean.push_str(&without_types(text));
        }
        lean.push('\n');
    }
    lean
}

/// A line without its comments of the form `/** @type {..} */`.
fn without_types(line: &str) -> String {
    let mut parts = line.split("/** @type ");
    let mut lean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        lean.push_str(part.split_once("*/").map_or(part, |(_, code)| code.trim_start()));
    }
    lean
}

/// A style sheet without comments and indentation.
fn lean_style(source: &str) -> String {
    let mut parts = source.split("/*");
    let mut lean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        lean.push_str(part.split_once("*/").map_or(part, |(_, rules)| rules));
    }
    lean.lines().map(str::trim).collect()
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()).into())
}

fn read_text(path: &Path) -> Result<String> {
    Ok(String::from_utf8(read(path)?)?)
}

/// Runs `npm ci` unless the packages of this very lockfile are already there.
fn install(out: &Path) -> Result<PathBuf> {
    let dir = out.join("npm");
    let stamp = dir.join("installed-for");
    let lock = read("package-lock.json".as_ref())?;
    let modules = dir.join("node_modules");
    if fs::read(&stamp).is_ok_and(|installed_for| installed_for == lock) {
        return Ok(modules);
    }
    fs::create_dir_all(&dir)?;
    for name in ["package.json", "package-lock.json", ".npmrc"] {
        fs::copy(name, dir.join(name))?;
    }
    let npm = Command::new("npm")
        .args(["ci", "--omit=dev", "--ignore-scripts", "--prefer-offline"])
        .current_dir(&dir)
        .output();
    let done = match npm {
        Ok(done) => done,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err("npm is missing; the phone panel's modules come from it. \
                        Install it with: sudo apt-get install nodejs npm"
                .into());
        }
        Err(error) => return Err(format!("npm could not be run: {error}").into()),
    };
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr).replace('\n', " | ");
        return Err(format!("`npm ci` for the phone panel failed ({}): {said}", done.status).into());
    }
    fs::write(&stamp, lock)?;
    Ok(modules)
}

/// index.html with the style sheet inside.
fn page() -> Result<String> {
    let page = read_text("src/index.html".as_ref())?;
    let style = lean_style(&read_text("src/panel.css".as_ref())?);
    if page.matches(STYLE_MARK).count() != 1 {
        return Err(format!("src/index.html must contain {STYLE_MARK} once").into());
    }
    Ok(page.replace(STYLE_MARK, &format!("<style>{style}</style>")))
}

/// Nothing but our own files, the one inline style sheet and the one inline import map.
fn policy(page: &str) -> Result<String> {
    let style = inline(page, "<style>", "</style>")?;
    let imports = inline(page, "<script type=\"importmap\">", "</script>")?;
    Ok(format!(
        "default-src 'none'; script-src 'self' '{imports}'; style-src 'self' '{style}'; connect-src 'self'; \
         img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ))
}

/// The CSP source that allows the text between `open` and `close`.
fn inline(page: &str, open: &str, close: &str) -> Result<String> {
    let text = page.split_once(open).and_then(|(_, rest)| rest.split_once(close));
    let (text, _) = text.ok_or_else(|| format!("src/index.html must contain {open}..{close}"))?;
    Ok(format!("sha256-{}", STANDARD.encode(Sha256::digest(text))))
}

/// Writes each file twice, plain and compressed, and the Rust that embeds them.
fn table(out: &Path, files: &[File], policy: &str) -> Result<String> {
    let mut rust = String::from(
        "/// Every file of the panel; `/` is the page.\npub const ASSETS: &[Asset] = &[\n",
    );
    for (i, file) in files.iter().enumerate() {
        let (plain, packed) = (out.join(format!("{i}.plain")), out.join(format!("{i}.gz")));
        fs::write(&plain, &file.bytes)?;
        fs::write(&packed, gzip(&file.bytes)?)?;
        let etag = STANDARD.encode(Sha256::digest(&file.bytes));
        let etag = format!("\"{}\"", &etag[..22]);
        writeln!(
            rust,
            "    Asset {{ path: {:?}, mime: {:?}, bytes: include_bytes!({plain:?}), \
             gzip: include_bytes!({packed:?}), etag: {etag:?}, later: {:?} }},",
            file.path, file.mime, file.later
        )?;
    }
    writeln!(rust, "];\n")?;
    writeln!(rust, "/// The header that the page must be served with.")?;
    writeln!(rust, "pub const CONTENT_SECURITY_POLICY: &str = {policy:?};")?;
    Ok(rust)
}

/// As small as gzip can be: it is done once, and fetched by every phone.
fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    zopfli::compress(zopfli::Options::default(), zopfli::Format::Gzip, bytes, &mut packed)?;
    Ok(packed)
}

/// Name, version and licence text of every embedded package.
fn licenses(modules: &Path) -> Result<String> {
    let mut text = String::new();
    for name in PACKAGES {
        let package = modules.join(name);
        let version = version(&read_text(&package.join("package.json"))?)
            .ok_or_else(|| format!("the package.json of {name} has no version"))?;
        let license = read_text(&package.join("LICENSE"))?;
        writeln!(text, "{name} {version}\n\n{}\n", license.trim())?;
    }
    Ok(text)
}

/// The value of the first `"version": "…"`.
fn version(package_json: &str) -> Option<String> {
    let (_, rest) = package_json.split_once("\"version\"")?;
    rest.split('"').nth(1).map(str::to_owned)
}
