//! Configurations that are accepted, and those that are not.

use super::*;
use crate::args::Command;
use clap::Parser as _;
use soothe_rig::rpi::PinNumbers;
use soothe_rig::tens::Module;
use soothe_therapy::tens::Mode;

fn gather(config: &str, args: &[&str]) -> Result<Settings, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("soothed.toml");
    fs::write(&path, config).expect("written");
    let path = path.to_str().expect("UTF-8").to_owned();
    let args = [&["soothed", "--config", &path, "--data", "/data"], args].concat();
    let args = Args::try_parse_from(args).expect("arguments");
    Settings::gather(&args).map_err(|error| error.to_string().replace(&path, "FILE"))
}

#[test]
fn a_typo_is_named_with_line_and_column() {
    let error = gather("listen = \"127.0.0.1:1\"\nhots = []\n", &["--sim"]).unwrap_err();
    assert!(error.starts_with("config FILE: TOML parse error at line 2, column 1"), "{error}");
    assert!(error.contains("unknown field `hots`"), "{error}");
    assert!(error.contains("`hosts`"), "says what is accepted: {error}");
    let error = gather("[pins]\nk1 = 17\nk3 = 4\n", &["--sim"]).unwrap_err();
    assert!(error.contains("line 3, column 1") && error.contains("`k3`"), "{error}");
}

#[test]
fn a_value_of_the_wrong_kind_is_named_with_its_place() {
    let error = gather("listen = \"everywhere\"\n", &["--sim"]).unwrap_err();
    assert!(error.contains("line 1, column 10"), "{error}");
    let error = gather("[pins]\nk1 = 999\n", &["--sim"]).unwrap_err();
    assert!(error.contains("line 2, column 6"), "{error}");
}

#[test]
fn a_file_without_an_end_is_refused_at_once() {
    let args = |args: &[&str]| {
        let all = [&["soothed", "--data", "/data"], args].concat();
        Settings::gather(&Args::try_parse_from(all).expect("arguments")).unwrap_err().to_string()
    };
    assert_eq!(args(&["--config", "/dev/zero"]), "config /dev/zero: it is longer than 1 MiB");
    assert_eq!(args(&["--sim", "/dev/zero"]), "pad file /dev/zero: it is longer than 1 MiB");
}

#[test]
fn hl_s7_only_a_simulated_pad_has_a_demo_person() {
    let probes = "[probes]\ncontact = [\"28-0000000000a1\", \"28-0000000000a2\"]\n\
                  ambient = \"28-0000000000a3\"\n";
    let has_one = |args: &[&str]| gather(probes, args).expect("accepted").demo_person;
    assert_eq!(
        [has_one(&[]), has_one(&["--sim"]), has_one(&["--sim", "--unanswered"])],
        [false, true, false]
    );
}

#[test]
fn a_pin_that_is_unsafe_at_boot_is_refused() {
    let error = gather("[pins]\nk1 = 14\n", &["--sim"]).unwrap_err();
    assert!(error.starts_with("config, [pins]: k1 = 14: "), "{error}");
}

#[test]
fn the_example_is_what_is_used_without_it() {
    let example = include_str!("../../../../deploy/soothed.toml");
    let with = gather(example, &["--sim"]).expect("accepted");
    let without = gather("", &["--sim"]).expect("accepted");
    assert_eq!((with.listen, with.hosts), (without.listen, without.hosts));
    assert_eq!((with.hook, without.hook), (None, None));
    assert_eq!(with.protocols, without.protocols);
    let probes = example.replace("#[probes]", "[probes]").replace("\n#contact", "\ncontact");
    let probes = probes.replace("\n#ambient", "\nambient");
    let pins = |config: &str| match gather(config, &[]).expect("accepted").drive {
        Drive::Pi { pins, .. } => pins.numbers(),
        Drive::Sim { .. } => panic!("a Pi is configured"),
    };
    assert_eq!(pins(&probes), PinNumbers::default());
    let wired = probes.replace("#pad_current", "pad_current");
    let wired = pins(&wired.replace("#cutout_sense", "cutout_sense"));
    assert_eq!((wired.pad_current, wired.cutout_sense), (Some(24), Some(25)));
}

/// The shipped example with thermometers and a TENS module.
fn with_tens() -> String {
    let mut example = include_str!("../../../../deploy/soothed.toml").to_owned();
    for key in ["[probes]", "contact", "ambient", "tens_enable", "tens_trigger", "led", "[tens]"] {
        example = example.replace(&format!("\n#{key}"), &format!("\n{key}"));
    }
    let tens =
        ["module", "bus", "dac", "adc", "full_scale_ma", "current_ma_per_v", "voltage_v_per_v"];
    for key in tens.iter().chain(&["mean_ua_per_mv"]) {
        example = example.replace(&format!("\n#{key} = "), &format!("\n{key} = "));
    }
    example
}

fn tens(config: &str) -> Result<Option<Setup>, String> {
    match gather(config, &[])?.drive {
        Drive::Pi { tens, .. } => Ok(tens),
        Drive::Sim { .. } => panic!("a Pi is configured"),
    }
}

#[test]
fn a_tens_module_is_driven_as_the_example_says() {
    let example = with_tens();
    let setup = tens(&example).expect("accepted").expect("a module");
    assert_eq!((setup.module(), setup.bus()), (Module::Triggered { pin: 18 }, 1));
    let defaults = ["bus = 1 ", "dac = 0x60 ", "adc = 0x48 "];
    let short =
        defaults.iter().fold(example.clone(), |it, key| it.replace(key, &format!("#{key}")));
    assert_eq!(tens(&short), Ok(Some(setup)), "what is left out is the default");
    let simple = example.replace("\ntens_trigger", "\n#tens_trigger");
    let simple = simple.replace("module = \"triggered\"\n#mode", "module = \"simple\"\nmode");
    let setup = tens(&simple).expect("accepted").expect("a module");
    assert_eq!(setup.module(), Module::Simple { mode: Mode::Conventional });
    assert_eq!(
        tens(&example.replace("\n[tens]", "\n#[tens]").replace("\nmodule", "\n#module"))
            .unwrap_err()
            .split(':')
            .next(),
        Some("config FILE"),
        "the keys of a table belong to it"
    );
    let none = include_str!("../../../../deploy/soothed.toml").replace("#[probes]", "[probes]");
    let none = none.replace("\n#contact", "\ncontact").replace("\n#ambient", "\nambient");
    assert_eq!(tens(&none), Ok(None));
}

#[test]
fn a_tens_module_that_cannot_be_driven_is_refused_with_what_is_wrong() {
    for (from, to, said) in [
        (
            "\ntens_enable",
            "\n#tens_enable",
            "config, [tens]: tens_enable: the module needs an enable line",
        ),
        (
            "\ntens_trigger",
            "\n#tens_trigger",
            "config, [tens]: tens_trigger: a triggered module needs",
        ),
        (
            "tens_trigger = 18",
            "tens_trigger = 20",
            "config, [pins]: tens_trigger = 20: only GPIO 12, 13, 18",
        ),
        ("led = 21", "led = 3", "config, [pins]: led = 3: GPIO 0 to 8 are pulled up at boot"),
        (
            "full_scale_ma = 40.0",
            "full_scale_ma = 90.0",
            "config, [tens]: full_scale_ma = 90: must be from 30 to 60 mA",
        ),
        (
            "current_ma_per_v = 20.0",
            "current_ma_per_v = nan",
            "config, [tens]: current_ma_per_v = NaN",
        ),
        ("dac = 0x60", "dac = 0x48", "config, [tens]: dac = 0x48: an MCP4725 is at 0x60 to 0x67"),
        ("#mode = \"conventional\"", "mode = \"loud\"", "config, [tens]: mode: "),
    ] {
        let config = with_tens();
        assert!(config.contains(from), "{from}");
        let error = tens(&config.replace(from, to)).unwrap_err();
        assert!(error.starts_with(said), "{error}");
    }
    for (from, to, said) in [
        ("module = \"triggered\"", "module = \"loud\"", "`triggered` or `simple`"),
        ("\nfull_scale_ma", "\n#full_scale_ma", "missing field `full_scale_ma`"),
        ("\nbus = 1", "\nbuss = 1", "unknown field `buss`"),
        ("dac = 0x60", "dac = 0x160", "dac = 0x160"),
    ] {
        let error = tens(&with_tens().replace(from, to)).unwrap_err();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn no_line_takes_a_wire_of_a_bus_that_is_used() {
    let button = |number: u8| with_tens().replace("#button = 5 ", &format!("button = {number} "));
    let refused = |number| tens(&button(number)).unwrap_err();
    assert!(tens(&button(5)).is_ok());
    assert!(refused(3).starts_with("config, [pins]: button = 3: I2C is in use"), "{}", refused(3));
    assert!(
        refused(4).starts_with("config, [pins]: button = 4: 1-Wire is in use"),
        "{}",
        refused(4)
    );
    let other_bus = button(3).replace("\nbus = 1", "\nbus = 3");
    assert!(tens(&other_bus).is_ok(), "another bus has other pins");
    let on_i2c = other_bus.replace("28-0000075a0b13", "i2c-1:0x4a:lm75");
    let refused = tens(&on_i2c).unwrap_err();
    assert!(refused.starts_with("config, [pins]: button = 3: I2C is in use"), "{refused}");
}

#[test]
fn a_thermometer_and_a_chip_of_the_tens_module_are_not_in_one_place() {
    let room_at = |place: &str| tens(&with_tens().replace("28-0000075a0b13", place));
    for place in ["i2c-1:0x48:lm75", "i2c-1:0x48:tmp117:0123456789ab"] {
        let refused = room_at(place).unwrap_err();
        let said = format!("config, [tens]: {place}: the module's DAC or ADC has this place");
        assert!(refused.starts_with(&said), "{refused}");
    }
    for place in ["i2c-1:0x49:lm75", "i2c-3:0x48:lm75"] {
        assert!(room_at(place).is_ok(), "{place}");
    }
}

#[test]
fn a_transistor_is_accepted_only_where_its_current_is_sensed() {
    let mosfet = "[heater]\nrelay = \"mosfet\"\n";
    let probes = "[probes]\ncontact = [\"28-000000000001\", \"28-000000000002\"]\nambient = \"28-000000000003\"\n";
    let relay = |config: &str, args: &[&str]| gather(config, args).map(|it| it.relay);
    assert_eq!(relay("", &["--sim"]), Ok(RelayKind::Mechanical));
    assert_eq!(relay(mosfet, &["--sim"]), Ok(RelayKind::Mosfet));
    let sensed = format!("{mosfet}[pins]\npad_current = 24\n{probes}");
    assert_eq!(relay(&sensed, &[]), Ok(RelayKind::Mosfet));
    let error = relay(&format!("{mosfet}{probes}"), &[]).unwrap_err();
    assert!(error.contains("senses the pad's current"), "{error}");
    let error = relay("[heater]\nrelay = \"triac\"\n", &["--sim"]).unwrap_err();
    assert!(error.contains("`mechanical`") && error.contains("line 2"), "{error}");
}

#[test]
fn the_command_line_comes_first() {
    let config = "listen = \"127.0.0.1:1\"\nsocket = \"/a\"\ndata = \"/b\"\n";
    let args = ["--sim", "--listen", "127.0.0.1:2", "--socket", "/c"];
    let settings = gather(config, &args).expect("accepted");
    assert_eq!(settings.listen.port(), 2);
    assert_eq!(settings.socket, Path::new("/c"));
    assert_eq!(settings.log, Path::new("/data/sim.db"));
}

#[test]
fn without_thermometers_and_without_a_model_it_does_not_start() {
    let error = gather("", &[]).unwrap_err();
    assert!(error.contains("[probes]") && error.contains("--sim"), "{error}");
}

#[test]
fn one_thermometer_cannot_be_two() {
    let ids = |one: &str, two: &str, ambient: &str| {
        gather(
            &format!("[probes]\ncontact = [\"{one}\", \"{two}\"]\nambient = \"{ambient}\"\n"),
            &[],
        )
    };
    let (a, b, c) = ("28-000000000001", "28-000000000002", "28-000000000003");
    assert!(ids(a, b, c).is_ok());
    for twice in [ids(a, a, c), ids(a, b, a), ids(a, b, b)] {
        let error = twice.unwrap_err();
        assert!(error.contains("is named twice") && error.contains("line 1"), "{error}");
    }
}

#[test]
fn a_skin_probe_may_be_named_and_is_none_of_the_others() {
    let skin = |id: &str| {
        let others =
            "contact = [\"28-000000000001\", \"28-000000000002\"]\nambient = \"28-000000000003\"";
        gather(&format!("[probes]\n{others}\nskin = \"{id}\"\n"), &[])
    };
    let Drive::Pi { probes, .. } = skin("28-000000000004").expect("accepted").drive else {
        panic!("no model was asked for")
    };
    assert_eq!(probes.skin.map(|id| id.to_string()).as_deref(), Some("28-000000000004"));
    for other in ["28-000000000001", "28-000000000002", "28-000000000003"] {
        let error = skin(other).unwrap_err();
        assert!(error.contains("is named twice") && error.contains("skin probe"), "{error}");
    }
}

/// A configuration whose thermometers are these.
fn probes(contact: [&str; 2], ambient: &str, skin: Option<&str>) -> Result<ProbeIds, String> {
    let skin = skin.map(|id| format!("skin = {id:?}\n")).unwrap_or_default();
    let config = format!("[probes]\ncontact = {contact:?}\nambient = {ambient:?}\n{skin}");
    match gather(&config, &[])?.drive {
        Drive::Pi { probes, .. } => Ok(probes),
        Drive::Sim { .. } => panic!("no model was asked for"),
    }
}

#[test]
fn a_thermometer_is_a_1_wire_id_or_a_place_on_i2c() {
    let named = probes(
        ["i2c-1:0x48:tmp117:0123456789ab", "i2c-1:0x49:tmp105"],
        "28-000000000003",
        Some("i2c-1:0x4a:lm75"),
    )
    .expect("accepted");
    let ids = [&named.contact[0], &named.contact[1], &named.ambient].map(ToString::to_string);
    assert_eq!(ids, ["i2c-1:0x48:tmp117:0123456789ab", "i2c-1:0x49:tmp105", "28-000000000003"]);
    assert_eq!(named.skin.map(|id| id.to_string()).as_deref(), Some("i2c-1:0x4a:lm75"));
}

#[test]
fn a_thermometer_that_cannot_be_is_refused_with_its_place_and_what_could() {
    let wire = "28-000000000002";
    for (bad, said) in [
        ("28-01", "28- and 12 digits of 0-9 and a-f"),
        (
            "0x48",
            "a 1-Wire id such as 28-0000075a0b11, or a place on I2C such as i2c-1:0x48:tmp117",
        ),
        ("i2c-1:0x48:tmp118", "the chip must be one of tmp117, tmp112"),
        ("i2c-1:0x50:tmp117", "a tmp117 has an address of 0x48 to 0x4b"),
        ("i2c-1:0x48:tmp117:1", "12 digits of 0-9 and a-f"),
    ] {
        for error in [
            probes([bad, wire], "28-000000000003", None).unwrap_err(),
            probes([wire, bad], "28-000000000003", None).unwrap_err(),
            probes([wire, "28-000000000001"], bad, None).unwrap_err(),
            probes([wire, "28-000000000001"], "28-000000000003", Some(bad)).unwrap_err(),
        ] {
            assert!(error.contains(said) && error.contains("line 1"), "{error}");
            assert!(error.contains(&format!("{bad:?}")), "{error}");
        }
    }
}

#[test]
fn one_place_on_i2c_cannot_be_two_whatever_it_is_taken_for() {
    let (a, b) = ("i2c-1:0x48:tmp117", "i2c-1:0x49:tmp117");
    assert!(probes([a, b], "i2c-0:0x48:tmp117", None).is_ok());
    for twice in [
        probes([a, a], b, None),
        probes([a, "i2c-1:0x48:tmp105"], b, None),
        probes([a, b], "i2c-1:0x49:lm75", None),
        probes([a, b], "28-000000000003", Some("i2c-01:0x48:tmp117")),
    ] {
        let error = twice.unwrap_err();
        assert!(error.contains("is named twice"), "{error}");
    }
}

#[test]
fn hl_h14_a_contact_sensor_with_coarse_steps_is_refused() {
    let fine = "i2c-1:0x48:tmp117";
    for coarse in ["i2c-1:0x4a:lm75", "i2c-1:0x4a:lm75b"] {
        for contact in [[fine, coarse], [coarse, fine]] {
            let error = probes(contact, "28-000000000003", None).unwrap_err();
            assert!(error.contains("too coarse for a contact sensor"), "{error}");
        }
        assert!(probes([fine, "28-000000000001"], coarse, None).is_ok());
    }
    for fine_too in ["tmp102", "tmp112", "tmp105", "tmp75"] {
        let id = format!("i2c-1:0x49:{fine_too}");
        assert!(probes([fine, &id], "28-000000000003", None).is_ok(), "{id}");
    }
}

fn lines(config: &str, args: &[&str]) -> Result<Lines, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("soothed.toml");
    fs::write(&path, config).expect("written");
    let path = path.to_str().expect("UTF-8").to_owned();
    let args = [&["soothed", "lines-off", "--config", &path], args].concat();
    let Some(Command::LinesOff(args)) = Args::try_parse_from(args).expect("arguments").command
    else {
        panic!("another command")
    };
    Lines::gather(&args).map_err(|error| error.to_string().replace(&path, "FILE"))
}

#[test]
fn lines_off_means_the_lines_of_a_daemon_with_the_same_configuration() {
    let config = "socket = \"/a\"\n[pins]\nk1 = 18\n[probes]\n\
                  contact = [\"28-000000000001\", \"28-000000000002\"]\nambient = \"28-000000000003\"\n";
    for args in [&[][..], &["--sim"], &["--sim", "--lines", "/b"]] {
        let daemon = gather(config, args).expect("accepted").drive.lines();
        assert_eq!(lines(config, args), Ok(daemon), "{args:?}");
    }
    assert_eq!(lines(config, &["--sim"]), Ok(Lines::Sim("/a.lines".into())));
}

#[test]
fn lines_off_minds_only_the_pins() {
    let broken = "listen = \"everywhere\"\nhots = 3\n[probes]\ncontact = []\n";
    let pins = OffPins { k1: 17, tens_enable: None, buzzer: 23, led: None };
    assert_eq!(lines(broken, &[]), Ok(Lines::Pi(pins)));
    let wired =
        format!("{broken}skin = 4\n[pins]\ntens_enable = 26\nled = 21\n[tens]\nmodule = 7\n");
    let pins = OffPins { tens_enable: Some(26), led: Some(21), ..pins };
    assert_eq!(lines(&wired, &[]), Ok(Lines::Pi(pins)));
    for (bad, named) in
        [("[pins]\nk1 = 99\n", "k1 = 99"), ("[pins]\nk9 = 4\n", "`k9`"), ("[", "line 1")]
    {
        let error = lines(bad, &[]).unwrap_err();
        assert!(error.contains(named), "{error}");
    }
}

#[test]
fn a_hook_is_a_program_by_its_whole_path_and_its_arguments() {
    let hook = |words: &str| {
        let hook = gather(&format!("[reminders]\nhook = {words}\n"), &["--sim"]).map(|it| it.hook);
        hook.map_err(|error| error.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let program =
        HookProgram::try_from(vec!["/usr/local/bin/tell".to_owned(), "--aloud".to_owned()]);
    assert_eq!(hook(r#"["/usr/local/bin/tell", "--aloud"]"#), Ok(program.ok()));
    for (words, said) in [
        ("[]", "no program is named; give the program by its whole path"),
        (r#"["tell"]"#, "`tell` does not begin with /; give the program by its whole path"),
        (r#"["/tell", "a\u0000b"]"#, "a word has a zero character in it"),
        (r#""/tell --aloud""#, "invalid type: string"),
    ] {
        let error = hook(words).unwrap_err();
        assert!(error.contains("line 2, column 8") && error.contains(said), "{words}: {error}");
    }
    let error = gather("[reminders]\nhok = []\n", &["--sim"]).unwrap_err();
    assert!(error.contains("line 2, column 1") && error.contains("`hook`"), "{error}");
}

#[test]
fn a_pi_has_its_own_log() {
    let config = "[probes]\ncontact = [\"28-000000000001\", \"28-000000000002\"]\nambient = \"28-000000000003\"\n";
    let settings = gather(config, &[]).expect("accepted");
    assert_eq!(settings.log, Path::new("/data/soothe.db"));
    assert!(matches!(settings.drive, Drive::Pi { .. }));
}

#[test]
fn the_log_lies_where_the_service_manager_says_else_at_home() {
    let chosen = |set: &[(&str, &str)]| {
        let set: Vec<(String, OsString)> =
            set.iter().map(|(k, v)| ((*k).to_owned(), OsString::from(v))).collect();
        state_folder(|name| set.iter().find(|(k, _)| k == name).map(|(_, v)| v.clone()))
    };
    let all = [("STATE_DIRECTORY", "/s"), ("XDG_STATE_HOME", "/x"), ("HOME", "/h")];
    assert_eq!(chosen(&all), Some("/s".into()));
    assert_eq!(chosen(&all[1..]), Some("/x/soothe".into()));
    assert_eq!(chosen(&all[2..]), Some("/h/.local/state/soothe".into()));
    assert_eq!(chosen(&[]), None);
}

#[test]
fn a_profile_is_one_of_three_and_anything_else_is_refused_with_them() {
    let profile = |text: &str| toml::from_str::<File>(text).map(|file| file.person.profile.fixed());
    assert_eq!(profile(""), Ok(None));
    for known in Profile::ALL {
        let text = format!("[person]\nprofile = \"{}\"\n", known.name());
        assert_eq!(profile(&text), Ok(Some(known).filter(|it| *it != Profile::Default)));
    }
    let error = profile("[person]\nprofile = \"brave\"\n").unwrap_err().to_string();
    assert!(error.contains("`default`, `sensitive`, `cautious`"), "{error}");
}
