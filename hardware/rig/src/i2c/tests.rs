//! Readings on a bus that is written down byte by byte.

use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource};
use embedded_hal_mock::eh1::delay::{CheckedDelay, Transaction as Wait};
use embedded_hal_mock::eh1::i2c::{Mock, Transaction};

use super::*;

const NACK: ErrorKind = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address);

/// What a reading comes to, in °C.
type Told = Result<f64, ProbeError>;

/// A thermometer whose bus expects exactly these transfers.
struct Bench {
    probe: I2cProbe<Mock, CheckedDelay>,
    bus: Mock,
    delay: CheckedDelay,
}

impl Bench {
    /// As many readings get as far as the conversion as `waits` says.
    fn new(place: &str, waits: usize, bus: &[Transaction]) -> Self {
        let place: Place = place.parse().unwrap();
        let bus = Mock::new(bus);
        let delay = CheckedDelay::new(&vec![Wait::delay_ms(place.chip().row().wait_ms); waits]);
        let probe = I2cProbe::new(bus.clone(), delay.clone(), place);
        Self { probe, bus, delay }
    }

    /// Takes as many readings as are expected, and looks whether the bus saw all that it should.
    fn tells(mut self, expected: &[Told]) {
        for (number, expected) in expected.iter().enumerate() {
            let told = self.probe.read().map(Celsius::get);
            assert_eq!(told, *expected, "reading {number}");
        }
        self.bus.done();
        self.delay.done();
    }
}

/// The transfers of a chip at 0x48.
fn reads(register: u8, bytes: &[u8]) -> Transaction {
    Transaction::write_read(0x48, vec![register], bytes.to_vec())
}

fn writes(bytes: &[u8]) -> Transaction {
    Transaction::write(0x48, bytes.to_vec())
}

/// A reading of a chip with one byte of configuration that is set up.
fn reading(config: u8, temperature: [u8; 2]) -> [Transaction; 4] {
    [reads(1, &[config]), reads(1, &[config]), reads(0, &temperature), reads(1, &[config])]
}

/// The identity of a TMP117, and its set-up.
fn tmp117_set_up() -> [Transaction; 3] {
    [reads(0x0f, &[0x01, 0x17]), reads(0x07, &[0, 0]), writes(&[1, 0x00, 0x20])]
}

/// A reading of a TMP117 that is set up, with the flags that its configuration shows after the wait.
fn tmp117_reading(flags: u8, temperature: [u8; 2]) -> [Transaction; 4] {
    let (before, after) = ([0x00, 0x20], [flags, 0x20]);
    [reads(1, &before), reads(1, &after), reads(0, &temperature), reads(1, &before)]
}

const READY: u8 = 0x20;

fn all(parts: &[&[Transaction]]) -> Vec<Transaction> {
    parts.concat()
}

#[test]
fn a_tmp105_is_set_to_twelve_bits_once_and_then_read_each_time() {
    let bus = all(&[
        &[writes(&[1, 0x60])],
        &reading(0x60, [0x29, 0x40]),
        &reading(0x60, [0x29, 0x50]),
        &reading(0x60, [0xe7, 0x00]),
    ]);
    Bench::new("i2c-1:0x48:tmp105", 3, &bus).tells(&[Ok(41.25), Ok(41.3125), Ok(-25.0)]);
}

#[test]
fn a_tmp117_is_identified_set_to_convert_all_the_time_and_read() {
    let bus = all(&[
        &tmp117_set_up(),
        &tmp117_reading(READY, [0x14, 0xa0]),
        &tmp117_reading(READY | 0x80, [0x00, 0x00]),
    ]);
    Bench::new("i2c-1:0x48:tmp117", 2, &bus).tells(&[Ok(41.25), Ok(0.0)]);
}

#[test]
fn a_tmp102_is_set_to_eight_conversions_a_second_whatever_its_alert_says() {
    let bus = [
        writes(&[1, 0x60, 0xc0]),
        reads(1, &[0x60, 0xe0]),
        reads(1, &[0x60, 0xc0]),
        reads(0, &[0x19, 0x10]),
        reads(1, &[0xe0, 0xc0]),
    ];
    Bench::new("i2c-1:0x48:tmp102", 1, &bus).tells(&[Ok(25.0625)]);
}

#[test]
fn an_mcp9808_is_identified_and_its_flags_are_no_temperature() {
    let reads =
        |register, bytes: &[u8]| Transaction::write_read(0x18, vec![register], bytes.into());
    let bus = [
        reads(6, &[0x00, 0x54]),
        reads(7, &[0x04, 0x01]),
        reads(8, &[0x03]),
        Transaction::write(0x18, vec![1, 0x02, 0x00]),
        reads(1, &[0x02, 0x00]),
        reads(1, &[0x02, 0x10]),
        reads(5, &[0xc1, 0x94]),
        reads(1, &[0x02, 0x00]),
    ];
    Bench::new("i2c-1:0x18:mcp9808", 1, &bus).tells(&[Ok(25.25)]);
}

#[test]
fn an_lm75_keeps_the_bits_that_its_maker_reserves_at_zero() {
    for (place, c) in [("i2c-1:0x48:lm75", 25.5), ("i2c-1:0x48:lm75b", 25.625)] {
        let bus = all(&[&[writes(&[1, 0x18])], &reading(0x18, [0x19, 0xa0])]);
        Bench::new(place, 1, &bus).tells(&[Ok(c)]);
    }
}

#[test]
fn a_chip_that_does_not_answer_is_missing_and_is_set_up_when_it_comes() {
    let bus = all(&[
        &[writes(&[1, 0x60]).with_error(NACK), writes(&[1, 0x60]).with_error(NACK)],
        &[writes(&[1, 0x60])],
        &reading(0x60, [0x16, 0x00]),
    ]);
    let missing = Err(ProbeError::Missing);
    Bench::new("i2c-1:0x48:tmp105", 1, &bus).tells(&[missing, missing, Ok(22.0)]);
}

#[test]
fn a_chip_that_is_unplugged_in_any_transfer_loses_that_reading_and_is_set_up_anew() {
    for at in 0..4 {
        let mut broken = reading(0x60, [0x16, 0x00])[..=at].to_vec();
        broken[at] = broken[at].clone().with_error(NACK);
        let bus = all(&[
            &[writes(&[1, 0x60])],
            &reading(0x60, [0x16, 0x00]),
            &broken,
            &[writes(&[1, 0x60])],
            &reading(0x60, [0x16, 0x10]),
        ]);
        let waits = if at == 0 { 2 } else { 3 };
        let bench = Bench::new("i2c-1:0x48:tmp105", waits, &bus);
        bench.tells(&[Ok(22.0), Err(ProbeError::Missing), Ok(22.0625)]);
    }
}

#[test]
fn a_bus_that_is_stuck_loses_the_reading_in_one_transfer() {
    let kinds = [ErrorKind::Bus, ErrorKind::ArbitrationLoss, ErrorKind::Overrun, ErrorKind::Other];
    for kind in kinds {
        let bus = [writes(&[1, 0x60]).with_error(kind)];
        Bench::new("i2c-1:0x48:tmp105", 0, &bus).tells(&[Err(ProbeError::Bus)]);
    }
}

#[test]
fn a_dead_bus_that_reads_as_all_zeros_or_all_ones_is_no_thermometer() {
    for byte in [0x00, 0xff] {
        for place in ["i2c-1:0x48:tmp105", "i2c-1:0x48:tmp75"] {
            let bus = [writes(&[1, 0x60]), reads(1, &[byte])];
            Bench::new(place, 0, &bus).tells(&[Err(ProbeError::Garbled)]);
        }
        for place in ["i2c-1:0x48:lm75", "i2c-1:0x48:lm75b"] {
            let bus = [writes(&[1, 0x18]), reads(1, &[byte])];
            Bench::new(place, 0, &bus).tells(&[Err(ProbeError::Garbled)]);
        }
        let bus = [writes(&[1, 0x60, 0xc0]), reads(1, &[byte; 2])];
        Bench::new("i2c-1:0x48:tmp112", 0, &bus).tells(&[Err(ProbeError::Garbled)]);
        let bus = [reads(0x0f, &[byte; 2])];
        Bench::new("i2c-1:0x48:tmp117", 0, &bus).tells(&[Err(ProbeError::Garbled)]);
    }
    let bus = all(&[&[writes(&[1, 0x60])], &reading(0x60, [0xff, 0xff])]);
    Bench::new("i2c-1:0x48:tmp105", 1, &bus).tells(&[Err(ProbeError::Garbled)]);
}

#[test]
fn zero_degrees_of_a_chip_that_is_all_right_are_zero_degrees() {
    let bus = all(&[&[writes(&[1, 0x60])], &reading(0x60, [0x00, 0x00])]);
    Bench::new("i2c-1:0x48:tmp105", 1, &bus).tells(&[Ok(0.0)]);
}

#[test]
fn another_chip_in_its_place_is_refused_and_not_written_to() {
    // A TMP116, whose registers are the same but for a finer point or two.
    let bus = [reads(0x0f, &[0x11, 0x16])];
    Bench::new("i2c-1:0x48:tmp117", 0, &bus).tells(&[Err(ProbeError::Garbled)]);
    // Revisions are no other chip.
    let mut bus = all(&[&tmp117_set_up(), &tmp117_reading(READY, [0x0c, 0x80])]);
    bus[0] = reads(0x0f, &[0x31, 0x17]);
    Bench::new("i2c-1:0x48:tmp117", 1, &bus).tells(&[Ok(25.0)]);
}

#[test]
fn a_tmp117_with_a_stored_correction_is_refused() {
    let bus = [reads(0x0f, &[0x01, 0x17]), reads(0x07, &[0xff, 0x80])];
    Bench::new("i2c-1:0x48:tmp117", 0, &bus).tells(&[Err(ProbeError::Garbled)]);
}

#[test]
fn a_serial_number_tells_one_tmp117_from_another() {
    let identity = [reads(0x0f, &[0x01, 0x17]), reads(0x07, &[0, 0])];
    let serial = [reads(5, &[0x01, 0x23]), reads(6, &[0x45, 0x67]), reads(8, &[0x89, 0xab])];
    let place = "i2c-1:0x48:tmp117:0123456789ab";
    let bus = all(&[
        &identity,
        &serial,
        &[writes(&[1, 0x00, 0x20])],
        &tmp117_reading(READY, [0x0c, 0x80]),
    ]);
    Bench::new(place, 1, &bus).tells(&[Ok(25.0)]);
    for (at, other) in [(0, reads(5, &[0x01, 0x24])), (2, reads(8, &[0x89, 0xaa]))] {
        let mut wrong = serial[..=at].to_vec();
        wrong[at] = other;
        let bus = all(&[&identity, &wrong]);
        Bench::new(place, 0, &bus).tells(&[Err(ProbeError::Garbled)]);
    }
}

#[test]
fn a_configuration_that_does_not_read_back_is_refused() {
    // An LM75 that was taken for a TMP105 keeps its 9 bits.
    let bus = [writes(&[1, 0x60]), reads(1, &[0x00])];
    Bench::new("i2c-1:0x48:tmp105", 0, &bus).tells(&[Err(ProbeError::Garbled)]);
}

#[test]
fn a_chip_that_lost_its_supply_between_two_readings_is_not_believed_until_it_is_set_up_anew() {
    let bus = all(&[
        &[writes(&[1, 0x60])],
        &reading(0x60, [0x29, 0x40]),
        &[reads(1, &[0x00])],
        &[writes(&[1, 0x60])],
        &reading(0x60, [0x2a, 0x00]),
    ]);
    let bench = Bench::new("i2c-1:0x48:tmp105", 2, &bus);
    bench.tells(&[Ok(41.25), Err(ProbeError::Garbled), Ok(42.0)]);
}

#[test]
fn a_chip_that_loses_its_supply_within_a_reading_is_not_believed() {
    let set_up = [writes(&[1, 0x60])];
    // While it converts; then after that, so that what it said could be from before its first conversion.
    let converting = [reads(1, &[0x60]), reads(1, &[0x00])];
    let asked = [reads(1, &[0x60]), reads(1, &[0x60]), reads(0, &[0, 0]), reads(1, &[0x00])];
    for rest in [&converting[..], &asked[..]] {
        let bus = all(&[&set_up, rest, &set_up, &reading(0x60, [0x16, 0x00])]);
        let bench = Bench::new("i2c-1:0x48:tmp105", 2, &bus);
        bench.tells(&[Err(ProbeError::Garbled), Ok(22.0)]);
    }
}

#[test]
fn a_tmp117_that_lost_its_supply_has_the_factorys_configuration_and_no_temperature() {
    let forgot = all(&[
        &tmp117_set_up(),
        &tmp117_reading(READY, [0x14, 0xa0]),
        &[reads(1, &[0x02, 0x20])],
        &tmp117_set_up(),
        &tmp117_reading(READY, [0x14, 0xa0]),
    ]);
    let bench = Bench::new("i2c-1:0x48:tmp117", 2, &forgot);
    bench.tells(&[Ok(41.25), Err(ProbeError::Garbled), Ok(41.25)]);
    // Also where its memory holds the very configuration that is written: -256 °C.
    let unconverted = all(&[&tmp117_set_up(), &tmp117_reading(READY, [0x80, 0x00])]);
    Bench::new("i2c-1:0x48:tmp117", 1, &unconverted).tells(&[Err(ProbeError::Garbled)]);
}

#[test]
fn a_value_that_no_conversion_of_this_reading_left_is_lost_and_costs_no_set_up() {
    let bus = all(&[
        &tmp117_set_up(),
        &tmp117_reading(0x00, [0x14, 0xa0]),
        &tmp117_reading(READY, [0x14, 0xa0]),
    ]);
    let bench = Bench::new("i2c-1:0x48:tmp117", 2, &bus);
    bench.tells(&[Err(ProbeError::Garbled), Ok(41.25)]);
}
