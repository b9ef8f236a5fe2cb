//! The driver with a module that is played, a clock that is moved by hand, and a control thread that posts and
//! listens every 100 ms.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use embedded_hal::i2c::{ErrorKind, ErrorType, NoAcknowledgeSource, Operation};
use embedded_hal_mock::eh1::delay::NoopDelay;
use embedded_hal_mock::eh1::i2c::{Mock, Transaction};
use soothe_therapy::tens::Stimulator;

use super::*;
use crate::tens::setup::tests::{simple, triggered};

const NAK: ErrorKind = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address);
const DAC: u8 = 0x60;

/// A module: what it was told, and what it says.
#[derive(Default)]
struct Module {
    now: Arc<AtomicU64>,
    enabled: bool,
    /// What the DAC holds.
    code: u16,
    codes: Vec<(u64, u16)>,
    /// What the ADC converts.
    config: u16,
    /// A load, Ω; none is an open lead.
    load: Option<f64>,
    /// What flows although nothing is asked for, mA.
    leaks_ma: f64,
    /// Who does not acknowledge.
    dead: Vec<u8>,
    /// How long a transfer takes, ms.
    slow_ms: u64,
    transfers: Vec<u64>,
    /// What the trigger was set to.
    pulses: Vec<(u64, Option<Pulse>)>,
}

impl Module {
    fn now_ms(&self) -> u64 {
        self.now.load(Ordering::SeqCst)
    }

    /// The current that a pulse has, mA: 40 mA at full scale.
    fn current_ma(&self) -> f64 {
        let flows = self.enabled && self.load.is_some();
        if flows { f64::from(self.code) / 4095.0 * 40.0 } else { self.leaks_ma }
    }

    /// What the ADC says, as the configuration asks: 20 mA and 40 V are 1 V each.
    fn converted(&self) -> i16 {
        let volts = match self.config & 0x7000 {
            0x4000 => self.current_ma() / 20.0,
            0x5000 => self.current_ma() * self.load.unwrap_or(0.0) / 1000.0 / 40.0,
            _ => 0.0,
        };
        (volts / 4.096 * 32768.0).round() as i16
    }
}

/// Its bus.
struct Bus(Arc<Mutex<Module>>);

impl ErrorType for Bus {
    type Error = ErrorKind;
}

impl I2c for Bus {
    fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), ErrorKind> {
        let mut module = self.0.lock().unwrap();
        let now_ms = module.now.fetch_add(module.slow_ms, Ordering::SeqCst) + module.slow_ms;
        module.transfers.push(now_ms);
        if module.dead.contains(&address) {
            return Err(NAK);
        }
        match operations {
            [Operation::Write(said)] if address == DAC => {
                module.code = u16::from_be_bytes([said[0], said[1]]);
                let code = module.code;
                module.codes.push((now_ms, code));
            }
            [Operation::Read(heard)] if address == DAC => {
                let [high, low] = (module.code << 4).to_be_bytes();
                heard.copy_from_slice(&[0xC0, high, low]);
            }
            [Operation::Write(said)] => module.config = u16::from_be_bytes([said[1], said[2]]),
            [Operation::Write([1]), Operation::Read(heard)] => {
                heard.copy_from_slice(&module.config.to_be_bytes());
            }
            [Operation::Write([0]), Operation::Read(heard)] => {
                heard.copy_from_slice(&module.converted().to_be_bytes());
            }
            _ => panic!("an unknown transfer: {operations:?}"),
        }
        Ok(())
    }
}

impl Trigger for Arc<Mutex<Module>> {
    fn set(&mut self, pulse: Option<Pulse>) -> Result<(), RigError> {
        let mut module = self.lock().unwrap();
        let now_ms = module.now_ms();
        module.pulses.push((now_ms, pulse));
        Ok(())
    }
}

struct Bench {
    driver: Driver<Bus, Arc<Mutex<Module>>, NoopDelay>,
    desk: Desk,
    module: Arc<Mutex<Module>>,
    now: Arc<AtomicU64>,
    wanted: Option<Stimulus>,
    next_turn: u64,
    /// What the control thread was told, and when.
    heard: Vec<(u64, Stimulator)>,
    news: Arc<Mutex<Vec<News>>>,
}

impl Bench {
    fn new(setup: Setup) -> Self {
        let now = Arc::new(AtomicU64::new(10_000));
        let module = Module { now: now.clone(), load: Some(2000.0), ..Module::default() };
        let module = Arc::new(Mutex::new(module));
        let trigger = matches!(setup.module(), crate::tens::Module::Triggered { .. });
        let trigger = trigger.then(|| module.clone());
        let news = Arc::new(Mutex::new(Vec::new()));
        let (desk, hand, told) = (Desk::default(), now.clone(), news.clone());
        let clock: Clock = Arc::new(move || Moment::from_ms(hand.load(Ordering::SeqCst)));
        let tell: Tell = Box::new(move |it| told.lock().unwrap().push(it.clone()));
        let (bus, delay) = (Bus(module.clone()), NoopDelay::new());
        let driver = Driver::new(setup, tell, bus, trigger, delay, desk.clone(), clock);
        let (wanted, next_turn, heard) = (None, 0, Vec::new());
        Self { driver, desk, module, now, wanted, next_turn, heard, news }
    }

    fn now_ms(&self) -> u64 {
        self.now.load(Ordering::SeqCst)
    }

    fn module(&self) -> std::sync::MutexGuard<'_, Module> {
        self.module.lock().unwrap()
    }

    /// The control thread's part of a cycle; what is new wakes the driver.
    fn cycle(&mut self) {
        let before = self.module().enabled;
        let enabled = self.desk.post(self.wanted);
        self.module().enabled = enabled;
        if enabled != before {
            self.next_turn = 0;
        }
        let now_ms = self.now_ms();
        self.heard.push((now_ms, self.desk.hear(Moment::from_ms(now_ms))));
    }

    fn live(&mut self, ms: u64) {
        let end = self.now_ms() + ms;
        let mut cycled = 0;
        while self.now_ms() < end {
            if self.now_ms() >= cycled + 100 {
                cycled = self.now_ms() / 100 * 100;
                self.cycle();
            }
            if self.now_ms() >= self.next_turn {
                let wait = self.driver.turn();
                self.next_turn = self.now_ms() + wait.as_ms();
            }
            self.now.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn want(&mut self, mode: Mode, ma: u8) {
        self.wanted = Stimulus::new(mode, ma);
        self.next_turn = 0;
    }

    /// A bench on which such pulses have flowed for a while.
    fn with(setup: Setup, mode: Mode, ma: u8) -> Self {
        let mut bench = Self::new(setup);
        bench.live(1_000);
        bench.want(mode, ma);
        bench.live(1_000 * (u64::from(ma) + 2));
        assert_eq!(bench.level(), ma, "{} {ma} mA", mode.name());
        bench.heard.clear();
        bench.module().codes.clear();
        bench
    }

    /// The level that flows, in mA.
    fn level(&self) -> u8 {
        self.module().current_ma().round() as u8
    }

    fn readings(&self) -> Vec<Reading> {
        self.heard.iter().filter_map(|(_, it)| it.reading()).collect()
    }

    fn news(&self) -> Vec<News> {
        std::mem::take(&mut *self.news.lock().unwrap())
    }
}

fn knot(ma: u8) -> Option<Stimulus> {
    Stimulus::new(Mode::Knot, ma)
}

/// A round as it is on the bus, with all inputs at zero.
fn round(code: [u8; 3]) -> Vec<Transaction> {
    let mut all = vec![Transaction::read(DAC, code.to_vec())];
    for config in [[0xC3, 0xE3], [0xD3, 0xE3], [0xBB, 0xE3]] {
        all.push(Transaction::write(0x48, vec![0x01, config[0], config[1]]));
        all.push(Transaction::write_read(0x48, vec![0x01], config.to_vec()));
        all.push(Transaction::write_read(0x48, vec![0x00], vec![0, 0]));
    }
    all
}

#[test]
fn every_byte_on_the_bus_is_the_documented_one() {
    let mut expected = vec![Transaction::write(DAC, vec![0x00, 0x00])];
    expected.extend(round([0xC0, 0x00, 0x00]));
    // 1 of 40 mA is 102 of 4095.
    expected.push(Transaction::write(DAC, vec![0x00, 0x66]));
    expected.extend(round([0xC0, 0x06, 0x60]));
    let (mut bus, desk) = (Mock::new(&expected), Desk::default());
    let clock: Clock = Arc::new(|| Moment::from_ms(7_000));
    let trigger = Arc::new(Mutex::new(Module::default()));
    let (tell, delay) = (Box::new(|_: &News| {}), NoopDelay::new());
    let mut driver =
        Driver::new(triggered(), tell, bus.clone(), Some(trigger), delay, desk.clone(), clock);
    assert_eq!(driver.turn(), IDLE_ROUND);
    desk.post(knot(1));
    assert_eq!(driver.turn(), ROUND);
    bus.done();
}

#[test]
fn hl_t9_a_level_is_climbed_to_by_1_ma_each_half_second_and_each_step_is_measured() {
    let mut bench = Bench::new(triggered());
    bench.live(1_000);
    bench.want(Mode::Knot, 20);
    bench.live(4_000);
    assert!((7..=9).contains(&bench.level()), "{}", bench.level());
    let codes = bench.module().codes.clone();
    let (first, steps) = codes.split_first().unwrap();
    assert_eq!(first.1, 0, "zero comes first");
    for pair in steps.windows(2) {
        assert!(pair[1].0 - pair[0].0 >= 500, "{codes:?}");
        assert!(pair[1].1 - pair[0].1 <= 103, "{codes:?}");
    }
    for reading in bench.readings() {
        let (commanded, measured) = (reading.commanded.get(), reading.measured.get());
        assert!((commanded - measured).abs() < 0.03, "{reading:?}");
    }
    let told: Vec<f64> = bench.readings().iter().map(|it| it.commanded.get()).collect();
    for level in 1..=7 {
        assert!(told.contains(&f64::from(level)), "{level} mA was left unmeasured: {told:?}");
    }
}

#[test]
fn what_flows_is_told_with_the_load_that_it_flows_through() {
    let mut bench = Bench::with(triggered(), Mode::Knot, 5);
    bench.live(1_000);
    let readings = bench.readings();
    assert!(readings.len() >= 9, "each step has a reading: {readings:?}");
    for reading in readings {
        assert_eq!(reading.commanded.get(), 5.0);
        assert!((reading.load.get() - 2000.0).abs() < 20.0, "{reading:?}");
        assert_eq!(reading.mean.get(), 0.0);
    }
    assert_eq!(bench.news(), [News::Found]);
}

#[test]
fn hl_t11_an_open_lead_is_a_reading_of_no_current() {
    let mut bench = Bench::with(triggered(), Mode::Knot, 5);
    bench.module().load = None;
    bench.live(500);
    let last = *bench.readings().last().unwrap();
    assert_eq!((last.commanded.get(), last.measured.get()), (5.0, 0.0));
    assert!(last.load.get() > limits::OPEN_OHM);
}

#[test]
fn hl_t11_off_takes_dac_and_trigger_to_zero_at_once_and_is_read_back() {
    let mut bench = Bench::with(triggered(), Mode::Knot, 5);
    let off_at = bench.now_ms();
    bench.wanted = None;
    bench.live(2_000);
    assert_eq!(bench.module().codes, [(off_at, 0)]);
    assert_eq!(bench.module().pulses.last(), Some(&(off_at, None)));
    let after: Vec<_> = bench.heard.iter().filter(|(at, _)| *at > off_at + 100).collect();
    let readings: Vec<Reading> = after.iter().filter_map(|(_, it)| it.reading()).collect();
    assert!(readings.len() >= 5);
    for reading in readings {
        assert_eq!((reading.commanded.get(), reading.measured.get()), (0.0, 0.0));
    }
    assert!(after.iter().all(|(_, it)| it.is_there()));
}

#[test]
fn hl_t1_current_that_flows_although_all_is_off_is_told_at_a_level_of_zero() {
    let mut bench = Bench::with(triggered(), Mode::Knot, 5);
    bench.wanted = None;
    bench.live(500);
    bench.heard.clear();
    bench.module().leaks_ma = 5.0;
    bench.live(500);
    // The first may be of a round from before.
    let readings = bench.readings().split_off(1);
    assert!(!readings.is_empty());
    for reading in readings {
        assert_eq!((reading.commanded.get(), reading.measured.get()), (0.0, 5.0));
    }
}

#[test]
fn a_lower_level_is_never_exceeded_on_its_way_down() {
    let mut bench = Bench::with(triggered(), Mode::Knot, 8);
    bench.want(Mode::Knot, 3);
    // The driver has not come to it yet.
    bench.cycle();
    assert_eq!(bench.level(), 0, "the line is low before the DAC is");
    bench.live(99);
    assert_eq!(bench.module().code, 307, "3 of 40 mA");
    bench.live(101);
    assert_eq!(bench.level(), 3);
    for reading in bench.readings() {
        assert!((reading.measured.get() - reading.commanded.get()).abs() < 0.03, "{reading:?}");
    }
}

#[test]
fn hl_t11_a_dac_that_does_not_answer_is_absent_within_half_a_second_and_starts_at_1_ma() {
    let mut bench = Bench::with(triggered(), Mode::Knot, 6);
    bench.news();
    bench.module().dead = vec![DAC];
    let dead_at = bench.now_ms();
    bench.live(150);
    assert_eq!(bench.level(), 0, "what the DAC holds is not known");
    assert_eq!(bench.module().pulses.last().unwrap().1, None, "the trigger needs no bus");
    bench.live(850);
    let absent = bench.heard.iter().find(|(_, it)| !it.is_there()).unwrap().0;
    assert!(absent - dead_at <= 600, "after {} ms", absent - dead_at);
    let news = bench.news();
    let [News::Lost(error)] = &news[..] else { panic!("{news:?}") };
    assert!(error.to_string().starts_with("the TENS module's DAC (I2C 0x60): "), "{error}");
    bench.module().dead = vec![];
    bench.module().codes.clear();
    bench.live(400);
    assert_eq!(bench.module().codes.iter().map(|it| it.1).collect::<Vec<_>>(), [0, 102]);
    assert!(bench.heard.last().unwrap().1.is_there());
    assert_eq!(bench.news(), [News::Found]);
}

#[test]
fn hl_t11_an_adc_that_does_not_answer_is_absent_within_half_a_second() {
    let mut bench = Bench::with(triggered(), Mode::Knot, 6);
    bench.module().dead = vec![0x48];
    let dead_at = bench.now_ms();
    bench.live(1_000);
    let absent = bench.heard.iter().find(|(_, it)| !it.is_there()).unwrap().0;
    assert!((500..=700).contains(&(absent - dead_at)), "after {} ms", absent - dead_at);
    let told = bench.heard.iter().filter(|(at, it)| *at > dead_at + 100 && it.reading().is_some());
    assert_eq!(told.count(), 0, "nothing old is told again");
}

#[test]
fn hl_t11_a_bus_that_is_slow_is_absent_as_well() {
    let mut bench = Bench::with(triggered(), Mode::Knot, 6);
    bench.module().slow_ms = 60;
    bench.live(4_000);
    bench.heard.clear();
    bench.live(4_000);
    // A round of eleven transfers is older than half a second when it is over.
    assert!(bench.heard.iter().all(|(_, it)| *it == Stimulator::Absent), "{:?}", bench.heard);
}

#[test]
fn a_dac_that_lost_its_supply_is_found_out_and_taken_to_zero() {
    let mut bench = Bench::with(triggered(), Mode::Knot, 6);
    bench.module().code = 2048;
    bench.live(150);
    assert_eq!(bench.level(), 0);
    bench.live(200);
    assert_eq!(bench.module().codes.first().unwrap().1, 0);
    assert_eq!(bench.module().codes.get(1).unwrap().1, 102);
}

#[test]
fn without_a_module_it_is_told_once_and_found_when_it_comes() {
    let mut bench = Bench::new(triggered());
    bench.module().dead = vec![DAC, 0x48];
    bench.live(3_000);
    assert!(bench.heard.iter().all(|(_, it)| *it == Stimulator::Absent));
    assert!(matches!(bench.news()[..], [News::Lost(_)]));
    bench.module().dead = vec![];
    bench.live(300);
    assert_eq!(bench.news(), [News::Found]);
    assert!(bench.heard.last().unwrap().1.is_there());
}

#[test]
fn hl_t3_trains_come_as_asked_and_the_bus_is_left_alone_in_them() {
    let mut bench = Bench::with(triggered(), Mode::Burst, 2);
    bench.module().pulses.clear();
    bench.module().transfers.clear();
    bench.live(5_000);
    let module = bench.module();
    let mut trains = 0;
    for pair in module.pulses.windows(2) {
        let [(from, pulse), (to, _)] = pair else { unreachable!() };
        if pulse.is_some() {
            trains += 1;
            assert_eq!(to - from, 65, "seven pulses, and half of a pause");
            assert!(module.transfers.iter().all(|at| at < from || at >= to));
        } else {
            assert_eq!(to - from, 435);
        }
    }
    assert!((9..=10).contains(&trains), "{trains}");
    drop(module);
    assert!(bench.readings().len() >= 9 && bench.heard.iter().all(|(_, it)| it.is_there()));
}

#[test]
fn a_sweep_follows_its_line_and_a_rate_stays_for_a_pulse_at_least() {
    let mut bench = Bench::with(triggered(), Mode::Modulated, 1);
    bench.module().pulses.clear();
    bench.live(24_000);
    let module = bench.module();
    let rates: Vec<(u64, f64)> =
        module.pulses.iter().map(|(at, it)| (*at, it.unwrap().rate.get())).collect();
    for pair in rates.windows(2) {
        let [(from, hz), (to, _)] = pair else { unreachable!() };
        assert!((to - from) as f64 >= 1000.0 / hz - 1.0, "{pair:?}");
    }
    let (slow, fast) =
        rates.iter().fold((f64::MAX, 0.0_f64), |it, (_, hz)| (it.0.min(*hz), it.1.max(*hz)));
    assert!(slow < 8.0 && fast > 120.0, "{slow} to {fast} Hz");
}

#[test]
fn a_slow_pulse_is_told_once() {
    let mut bench = Bench::with(triggered(), Mode::LowFrequency, 2);
    bench.live(10_000);
    // Four a second.
    let told = bench.readings().len();
    assert!((33..=40).contains(&told), "{told}");
}

#[test]
fn a_simple_module_has_no_trigger_and_is_read_once_a_pulse_must_have_come() {
    let mut bench = Bench::with(simple(Mode::Burst), Mode::Burst, 3);
    bench.live(5_000);
    assert_eq!(bench.module().pulses, []);
    let told = bench.readings().len();
    assert!((9..=12).contains(&told), "one in 440 ms at the least: {told}");
}

#[test]
fn a_mode_that_a_simple_module_does_not_make_is_not_sent_and_told_once() {
    let mut bench = Bench::new(simple(Mode::Conventional));
    bench.live(500);
    bench.news();
    bench.want(Mode::Knot, 3);
    bench.live(2_000);
    assert_eq!((bench.level(), bench.module().code), (0, 0));
    let told = News::OtherMode { asked: Mode::Knot, makes: Mode::Conventional };
    assert_eq!(
        told.to_string(),
        "nothing is sent: knot is asked for, and the TENS module makes conventional ([tens] mode)"
    );
    assert_eq!(bench.news(), [told]);
    // HL-T11 then ends it: nothing is measured.
    let since: Vec<_> = bench.heard.iter().skip(6).map(|it| it.1).collect();
    assert!(since.iter().all(|it| *it == Stimulator::Silent), "{since:?}");
    bench.want(Mode::Conventional, 1);
    bench.live(500);
    assert_eq!(bench.level(), 1);
}

#[test]
fn another_mode_begins_at_zero() {
    let mut bench = Bench::with(triggered(), Mode::Knot, 4);
    bench.want(Mode::Wide, 4);
    bench.cycle();
    assert_eq!(bench.level(), 0);
    bench.live(300);
    let codes: Vec<u16> = bench.module().codes.iter().map(|it| it.1).collect();
    assert_eq!(codes, [0, 102]);
}

#[test]
fn when_the_lines_are_gone_zero_is_left_behind() {
    let Bench { driver, desk, module, .. } = Bench::with(triggered(), Mode::Knot, 4);
    let thread = std::thread::spawn(move || driver.run());
    desk.close();
    thread.join().unwrap();
    let module = module.lock().unwrap();
    assert_eq!((module.code, module.pulses.last().unwrap().1), (0, None));
}
