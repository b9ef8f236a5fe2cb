//! Pad files. What is accepted must be a pad: heated and left alone, it stays a thing of this world.

use soothe_plant::{PadSpec, Plant};
use soothe_tests::repo;
use soothe_therapy::{Moment, Span};

use crate::drive::Target;

/// How long each pad is heated, and left alone after it.
const EACH: Span = Span::from_s(5);

/// Reads each input as a pad file.
pub(crate) struct Pad;

impl Target for Pad {
    fn corpus(&self) -> Vec<Vec<u8>> {
        let shipped = repo::files("hardware/plant/pads", ".toml");
        let mut corpus: Vec<Vec<u8>> = shipped.iter().map(|path| repo::text(path).into()).collect();
        let own = "start = 30\ncutout = 52\nsense_lines = false\nsensor_noise = 0\n\
                   [[contact]]\noffset = -0.4\nlag_s = 12.5\n[[contact]]\nquantum = 0.5\nnoise = 5\n";
        // The least and the most that each key accepts.
        let least = "c1 = 5\nc2 = 5\ng12 = 20\ng2a = 20\ng1a = 20\npower = 200\nambient = -20\n\
                     start = -20\nsensor_lag_s = 0.1\nsensor_quantum = 0.001\ncutout = 30\n";
        let most = "c1 = 10000\nc2 = 10000\ng12 = 0.01\ng2a = 0.01\ng1a = 0.01\npower = 200\n\
                    ambient = 50\nstart = 80\nsensor_lag_s = 300\nsensor_quantum = 5\ncutout = 90\n";
        corpus.extend([own, least, most].map(|text| text.as_bytes().to_vec()));
        corpus
    }

    fn take(&mut self, input: &[u8]) -> Result<bool, String> {
        let Ok(text) = std::str::from_utf8(input) else { return Ok(false) };
        let spec = match PadSpec::from_toml(text) {
            Ok(spec) => spec,
            Err(error) => {
                let lines = text.matches('\n').count() + 1;
                let at_a_place = (1..=lines).contains(&error.line) && error.column > 0;
                return if at_a_place { Ok(false) } else { Err(format!("nowhere: {error:?}")) };
            }
        };
        let mut plant = Plant::new(spec, 1);
        let (mut now, mut pulse) = (Moment::START, false);
        while now <= Moment::START + EACH + EACH {
            plant.advance(now);
            let truth = plant.truth();
            let heats = now < Moment::START + EACH;
            // 200 W for 5 s into 5 J/K are 200 K, were nothing lost.
            for t in [truth.element.get(), truth.surface.get()] {
                if !(-25.0..=300.0).contains(&t) {
                    return Err(format!("a pad of {t} °C at {} s", now.as_ms() as f64 / 1000.0));
                }
            }
            pulse ^= heats;
            plant.write(heats, pulse);
            now = now + Span::from_ms(100);
        }
        if plant.truth().heating {
            return Err("it heats although everything is off".to_owned());
        }
        Ok(true)
    }
}
