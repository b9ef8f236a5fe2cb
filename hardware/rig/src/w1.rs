//! DS18B20 thermometers through the kernel's 1-Wire files.
//!
//! A reading is the file `w1_slave`: two lines with the nine bytes of the sensor's scratchpad, the
//! kernel's verdict on their check-sum, and the temperature in thousandths of a degree. Opening it
//! makes the sensor convert, which takes up to 750 ms.
//!
//! Values that only look wrong (85, 127.94, -127 °C) are handed on as they are: whether a temperature
//! is plausible is judged elsewhere, where even an implausible one that is hot is never ignored.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use soothe_therapy::{Celsius, ProbeError};

use crate::lines::{Probe, RigError};

/// Where the kernel shows the sensors.
pub const W1_ROOT: &str = "/sys/bus/w1/devices";

/// Bytes in a scratchpad, its check-sum included.
const SCRATCHPAD: usize = 9;

/// The id of a DS18B20, such as `28-0000075a0b11`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct W1Id(String);

impl FromStr for W1Id {
    type Err = RigError;

    fn from_str(id: &str) -> Result<Self, RigError> {
        if !is_ds18b20(id) {
            let problem = "must be a sensor's id: 28- and 12 digits of 0-9 and a-f".to_owned();
            return Err(RigError { line: format!("1-Wire sensor {id:?}"), problem });
        }
        Ok(Self(id.to_owned()))
    }
}

impl fmt::Display for W1Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One DS18B20.
#[derive(Clone, Debug)]
pub struct W1Probe {
    file: PathBuf,
}

impl W1Probe {
    /// The sensor `id` below `root` (usually [`W1_ROOT`]). It need not be there yet: a sensor that is
    /// missing is a reading that failed.
    #[must_use]
    pub fn new(root: &Path, id: &W1Id) -> Self {
        Self { file: root.join(&id.0).join("w1_slave") }
    }
}

impl Probe for W1Probe {
    fn read(&mut self) -> Result<Celsius, ProbeError> {
        match fs::read_to_string(&self.file) {
            Ok(text) => parse_w1_slave(&text),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Err(ProbeError::Missing),
            Err(e) if e.kind() == io::ErrorKind::InvalidData => Err(ProbeError::Garbled),
            Err(_) => Err(ProbeError::Bus),
        }
    }
}

/// The bus that two of these sensors share, as the kernel calls it; none where each has its own.
///
/// A current kernel (seen with 6.12) holds a bus for as long as a sensor on it converts: of three sensors on one, each
/// is read every 2.3 s.
#[must_use]
pub fn shared_bus(root: &Path, ids: &[&W1Id]) -> Option<String> {
    // Each sensor is a link into the folder of its bus.
    let bus_of = |id: &&W1Id| {
        let place = fs::read_link(root.join(&id.0)).ok()?;
        Some(place.parent()?.file_name()?.to_str()?.to_owned())
    };
    let buses: Vec<String> = ids.iter().filter_map(bus_of).collect();
    buses.iter().enumerate().find(|(at, bus)| buses[..*at].contains(bus)).map(|it| it.1.clone())
}

/// How many 1-Wire buses the kernel drives, as `root` shows them; none where 1-Wire is not switched on.
#[must_use]
pub fn buses(root: &Path) -> usize {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let is_bus = |name: &String| {
        name.strip_prefix("w1_bus_master").is_some_and(|number| number.parse::<u32>().is_ok())
    };
    names.filter(is_bus).count()
}

/// The ids of all DS18B20 below `root`, sorted.
///
/// # Errors
/// When the folder cannot be listed, mostly because 1-Wire is not switched on.
pub fn sensors(root: &Path) -> Result<Vec<W1Id>, RigError> {
    let failed = |e: io::Error| RigError {
        line: format!("1-Wire sensors in {}", root.display()),
        problem: format!("{e}; is dtoverlay=w1-gpio in /boot/firmware/config.txt?"),
    };
    let mut ids = Vec::new();
    for entry in fs::read_dir(root).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        ids.extend(name.to_str().and_then(|id| id.parse().ok()));
    }
    ids.sort_unstable();
    Ok(ids)
}

/// Family 28 and the 48 bits of a serial number.
fn is_ds18b20(id: &str) -> bool {
    id.strip_prefix("28-").is_some_and(|serial| {
        serial.len() == 12 && serial.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Reads the text of a `w1_slave` file.
///
/// # Errors
/// `Missing` for an empty file (so the kernel shows a sensor that does not answer), `Checksum` when
/// the kernel says NO, `Garbled` for all else that is no reading, nine bytes of zero among it: their
/// check-sum is right, yet they come from a bus that is held low, not from a sensor. So is a temperature
/// that is not the scratchpad's, as in a text that was cut short: "t=3118" is a number, too.
pub fn parse_w1_slave(text: &str) -> Result<Celsius, ProbeError> {
    if text.trim().is_empty() {
        return Err(ProbeError::Missing);
    }
    let (first, second) = text.trim_end().split_once('\n').ok_or(ProbeError::Garbled)?;
    let (bytes, verdict) = first.split_once(" : crc=").ok_or(ProbeError::Garbled)?;
    let scratchpad = parse_bytes(bytes).ok_or(ProbeError::Garbled)?;
    match verdict.split_once(' ') {
        Some((_, "YES")) => {}
        Some((_, "NO")) => return Err(ProbeError::Checksum),
        Some(_) | None => return Err(ProbeError::Garbled),
    }
    let (again, thousandths) = second.split_once(" t=").ok_or(ProbeError::Garbled)?;
    // The second line is what the kernel keeps; it could be older than what it just checked.
    if parse_bytes(again) != Some(scratchpad) || scratchpad == [0; SCRATCHPAD] {
        return Err(ProbeError::Garbled);
    }
    let thousandths: i32 = thousandths.parse().map_err(|_| ProbeError::Garbled)?;
    let sixteenths = i32::from(i16::from_le_bytes([scratchpad[0], scratchpad[1]]));
    // Less than a sixteenth: some sensors give finer steps, which the kernel finds in another byte.
    if thousandths.abs_diff(sixteenths * 1000 / 16) >= 1000 / 16 {
        return Err(ProbeError::Garbled);
    }
    Celsius::new(f64::from(thousandths) / 1000.0).map_err(|_| ProbeError::Garbled)
}

/// Nine bytes, each as two hexadecimal digits.
fn parse_bytes(text: &str) -> Option<[u8; SCRATCHPAD]> {
    let mut bytes = [0; SCRATCHPAD];
    let mut words = text.split(' ');
    for byte in &mut bytes {
        let word = words.next().filter(|w| w.len() == 2)?;
        *byte = u8::from_str_radix(word, 16).ok()?;
    }
    words.next().is_none().then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "f3 01 4b 46 7f ff 0d 10 d3 : crc=d3 YES\nf3 01 4b 46 7f ff 0d 10 d3 t=31187\n";

    fn told(text: &str) -> Result<f64, ProbeError> {
        parse_w1_slave(text).map(Celsius::get)
    }

    #[test]
    fn a_good_reading_is_told_in_degrees() {
        assert_eq!(told(GOOD), Ok(31.187));
        assert_eq!(told(GOOD.trim_end()), Ok(31.187));
    }

    #[test]
    fn implausible_temperatures_are_handed_on_for_judgement() {
        for (text, t) in [
            // The value after power-on, with the byte that tells it from a true 85 °C.
            ("50 05 4b 46 7f ff 0c 10 1c : crc=1c YES\n50 05 4b 46 7f ff 0c 10 1c t=85000\n", 85.0),
            // A conversion that failed for lack of current.
            (
                "ff 07 4b 46 7f ff 01 10 2f : crc=2f YES\nff 07 4b 46 7f ff 01 10 2f t=127937\n",
                127.937,
            ),
            (
                "10 f8 4b 46 7f ff 10 10 88 : crc=88 YES\n10 f8 4b 46 7f ff 10 10 88 t=-127000\n",
                -127.0,
            ),
            (
                "5e ff 4b 46 7f ff 02 10 b6 : crc=b6 YES\n5e ff 4b 46 7f ff 02 10 b6 t=-10125\n",
                -10.125,
            ),
        ] {
            assert_eq!(told(text), Ok(t));
        }
    }

    #[test]
    fn nine_zero_bytes_are_refused_although_their_checksum_is_right() {
        let text = "00 00 00 00 00 00 00 00 00 : crc=00 YES\n00 00 00 00 00 00 00 00 00 t=0\n";
        assert_eq!(told(text), Err(ProbeError::Garbled));
    }

    #[test]
    fn a_wrong_checksum_is_told_as_such_whatever_the_kernel_keeps() {
        let text = "ff ff ff ff ff ff ff ff ff : crc=c9 NO\nf3 01 4b 46 7f ff 0d 10 d3 t=31187\n";
        assert_eq!(told(text), Err(ProbeError::Checksum));
    }

    #[test]
    fn an_empty_file_is_a_sensor_that_does_not_answer() {
        for text in ["", "\n", "  \n"] {
            assert_eq!(told(text), Err(ProbeError::Missing));
        }
    }

    #[test]
    fn a_reading_cut_anywhere_is_refused() {
        for end in 1..GOOD.len() - 1 {
            let cut = &GOOD[..end];
            assert_eq!(told(cut), Err(ProbeError::Garbled), "{cut:?}");
        }
    }

    #[test]
    fn a_temperature_that_is_not_the_scratchpads_is_refused() {
        for (t, expected) in [
            ("31187", Ok(31.187)),
            // 1/64 of a degree finer, as some sensors that pass for a DS18B20 give it.
            ("31203", Ok(31.203)),
            ("31249", Err(ProbeError::Garbled)),
            ("31125", Err(ProbeError::Garbled)),
            ("-31187", Err(ProbeError::Garbled)),
            ("-2147483648", Err(ProbeError::Garbled)),
        ] {
            assert_eq!(told(&GOOD.replace("31187", t)), expected, "{t}");
        }
    }

    #[test]
    fn what_is_no_reading_is_refused() {
        for text in [
            "hello",
            "hello\nworld",
            "f3 01 4b : crc=98 YES\nf3 01 4b t=31187",
            "f3 01 4b 46 7f ff 0d 10 d3 : crc=d3 MAYBE\nf3 01 4b 46 7f ff 0d 10 d3 t=31187",
            "f3 01 4b 46 7f ff 0d 10 d3 : crc=d3\nf3 01 4b 46 7f ff 0d 10 d3 t=31187",
            "f3 01 4b 46 7f ff 0d 10 d3 : crc=d3 YES\nf3 01 4b 46 7f ff 0d 10 d3 t=warm",
            "f3 01 4b 46 7f ff 0d 10 d3 : crc=d3 YES\nf3 01 4b 46 7f ff 0d 10 d3 t=nan",
            "f3 01 4b 46 7f ff 0d 10 d3 : crc=d3 YES\nf3 01 4b 46 7f ff 0d 10 d3 t=99999999",
            "f3 01 4b 46 7f ff 0d 10 d3 : crc=d3 YES\nf2 01 4b 46 7f ff 0d 10 98 t=31187",
            "zz 01 4b 46 7f ff 0d 10 98 : crc=98 YES\nzz 01 4b 46 7f ff 0d 10 98 t=31187",
            "f3 01 4b 46 7f ff 0d 10 98 11 : crc=98 YES\nf3 01 4b 46 7f ff 0d 10 d3 t=31187",
        ] {
            assert_eq!(told(text), Err(ProbeError::Garbled), "{text:?}");
        }
    }

    #[test]
    fn a_probe_reads_its_file_anew_each_time_and_tells_when_it_is_gone() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("28-0000075a0b11");
        let mut probe = W1Probe::new(root.path(), &"28-0000075a0b11".parse().unwrap());
        assert_eq!(probe.read(), Err(ProbeError::Missing));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("w1_slave"), GOOD).unwrap();
        assert_eq!(probe.read(), Ok(Celsius::literal(31.187)));
        fs::write(folder.join("w1_slave"), [0xff, 0xfe]).unwrap();
        assert_eq!(probe.read(), Err(ProbeError::Garbled));
        fs::write(folder.join("w1_slave"), "").unwrap();
        assert_eq!(probe.read(), Err(ProbeError::Missing));
        fs::remove_file(folder.join("w1_slave")).unwrap();
        fs::create_dir(folder.join("w1_slave")).unwrap();
        assert_eq!(probe.read(), Err(ProbeError::Bus));
    }

    #[test]
    fn only_a_ds18b20s_id_is_accepted() {
        for id in
            ["", "28-", "28-0000075a0b1", "28-0000075A0B11", "10-0000075a0b11", "../28-0000075"]
        {
            let error = id.parse::<W1Id>().unwrap_err().to_string();
            assert!(error.ends_with("must be a sensor's id: 28- and 12 digits of 0-9 and a-f"));
        }
    }

    #[test]
    fn buses_are_counted() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(buses(&root.path().join("none")), 0);
        for name in ["w1_bus_master1", "w1_bus_master12", "w1_bus_masterX", "28-0000075a0b11"] {
            fs::create_dir(root.path().join(name)).unwrap();
        }
        assert_eq!(buses(root.path()), 2);
    }

    #[test]
    fn sensors_on_one_bus_are_told_from_those_with_a_bus_each() {
        let root = tempfile::tempdir().unwrap();
        let ids: Vec<W1Id> = ["28-0000075a0b11", "28-0000075a0b12", "28-0000075a0b13"]
            .map(|id| id.parse().unwrap())
            .into();
        let link = |id: &W1Id, bus: &str| {
            let place = format!("../../../devices/{bus}/{id}");
            std::os::unix::fs::symlink(place, root.path().join(id.to_string())).unwrap();
        };
        let ids: Vec<&W1Id> = ids.iter().collect();
        let shared = || shared_bus(root.path(), &ids);
        assert_eq!(shared(), None, "none is there");
        link(ids[0], "w1_bus_master1");
        link(ids[1], "w1_bus_master2");
        assert_eq!(shared(), None);
        link(ids[2], "w1_bus_master2");
        assert_eq!(shared().as_deref(), Some("w1_bus_master2"));
    }

    #[test]
    fn discovery_lists_the_thermometers_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        for name in ["w1_bus_master1", "28-0000075a0b12", "28-0000075a0b11", "10-000000000001"] {
            fs::create_dir(root.path().join(name)).unwrap();
        }
        let found: Vec<String> =
            sensors(root.path()).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(found, ["28-0000075a0b11", "28-0000075a0b12"]);
    }

    #[test]
    fn discovery_without_1_wire_says_how_to_switch_it_on() {
        let root = tempfile::tempdir().unwrap();
        let error = sensors(&root.path().join("none")).unwrap_err().to_string();
        assert!(error.contains("dtoverlay=w1-gpio"), "{error}");
    }
}
