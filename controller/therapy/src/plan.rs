//! What a person asks for: a protocol, and where on the body.

use crate::checklist::Agents;
use crate::limits;
use crate::protocol::{Chilled, HeatError, Name, Phase, PhaseProblem, Protocol, ProtocolError};
use crate::site::Site;
use crate::tens::Placement;
use crate::units::{Celsius, Span};

/// What a session is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To lead a person through a protocol.
    Treat,
    /// To find out about the pad: it is heated once and watched.
    Tune,
}

/// A protocol for one site, or a tuning of the pad that lies there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    purpose: Purpose,
    site: Site,
    protocol: Protocol,
}

/// What a plan comes to: small enough for an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The name of the protocol.
    pub protocol: Name,
    /// What it is for.
    pub purpose: Purpose,
    /// Where on the body.
    pub site: Site,
    /// How many phases it has.
    pub phases: usize,
    /// The hottest set-point, where it heats.
    pub target: Option<Celsius>,
    /// How long it lasts, a person's answers aside.
    pub duration: Span,
}

impl Plan {
    /// A person is led through a protocol.
    ///
    /// # Errors
    /// HL-T16 where no electrodes may lie, HL-C2 when ice would lie too long where a nerve is just under the skin.
    pub fn of(protocol: Protocol, site: Site) -> Result<Self, ProtocolError> {
        let mut chilled = Chilled::default();
        for (index, phase) in protocol.phases().iter().enumerate() {
            // HL-T16
            if let Phase::Tens { .. } = *phase
                && let Err(refused) = Placement::on(site)
            {
                let problem = PhaseProblem::NoPlacement(refused);
                return Err(ProtocolError::Phase { phase: index, problem });
            }
            // HL-C2
            let asked = chilled.after(phase, phase.duration());
            if asked > limits::ICE_MAX_NERVE && site.nerve_is_superficial() {
                let problem = PhaseProblem::IceOnNerve { asked, site };
                return Err(ProtocolError::Phase { phase: index, problem });
            }
        }
        Ok(Self { purpose: Purpose::Treat, site, protocol })
    }

    /// The name of the protocol of one heat phase.
    pub const HEAT: &'static str = "heat";
    /// The name of the protocol of a tuning.
    pub const TUNE: &'static str = "tune";

    /// One heat phase: the protocol [`Self::HEAT`].
    ///
    /// # Errors
    /// HL-H1 when `target_c` is not in 30.0..=42.0, HL-H7 when `duration` is below a minute or above
    /// what the target allows.
    pub fn heat(target_c: f64, duration: Span, site: Site) -> Result<Self, HeatError> {
        let phase = Phase::heat(target_c, duration)?;
        Ok(Self { purpose: Purpose::Treat, site, protocol: single(Self::HEAT, phase) })
    }

    /// A tuning that takes the surface to `target_c` once.
    ///
    /// # Errors
    /// HL-H1 when `target_c` is not in 30.0..=42.0.
    pub fn tuning(target_c: f64, site: Site) -> Result<Self, HeatError> {
        let phase = Phase::heat(target_c, limits::TUNING_MAX)?;
        Ok(Self { purpose: Purpose::Tune, site, protocol: single(Self::TUNE, phase) })
    }

    /// What it is for.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Where on the body.
    #[must_use]
    pub const fn site(&self) -> Site {
        self.site
    }

    /// What is done.
    #[must_use]
    pub const fn protocol(&self) -> &Protocol {
        &self.protocol
    }

    /// What a person is treated with.
    #[must_use]
    pub fn agents(&self) -> Agents {
        Agents {
            heat: self.protocol.heats_for() > Span::ZERO,
            cold: self.protocol.ices_for() > Span::ZERO,
            tens: self.protocol.stimulates_for() > Span::ZERO,
        }
    }

    /// What it comes to.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary {
            protocol: self.protocol.name(),
            purpose: self.purpose,
            site: self.site,
            phases: self.protocol.phases().len(),
            target: self.protocol.target(),
            duration: self.protocol.duration(),
        }
    }
}

/// A protocol of one heat phase that obeys HL-H1 and HL-H7. The longest at 42 °C comes to 10 CEM43 exactly.
fn single(name: &str, heat: Phase) -> Protocol {
    let made: Result<Protocol, ProtocolError> = Protocol::new(name, &[heat]);
    made.expect("one heat phase within its limits exceeds no limit of a session")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rule;
    use proptest::prelude::*;

    #[test]
    fn hl_c2_ice_is_shorter_where_a_nerve_is_just_under_the_skin() {
        let ice = |min| {
            let phase = Phase::Ice { duration: Span::from_min(min) };
            Protocol::new("ice", &[phase]).expect("a protocol")
        };
        let (six, brief) = (
            Phase::Ice { duration: Span::from_min(6) },
            Phase::Rest { duration: Span::from_s(30), until_normal: false },
        );
        let twice = Protocol::new("twice", &[six, brief, six]).expect("a protocol");
        assert!(Plan::of(twice, Site::LeftThigh).is_ok());
        assert_eq!(Plan::of(twice, Site::LeftCalf).unwrap_err().rule(), Some(Rule::C2));
        assert!(Plan::of(ice(11), Site::LeftThigh).is_ok());
        assert!(Plan::of(ice(10), Site::LeftCalf).is_ok());
        let error = Plan::of(ice(11), Site::LeftCalf).unwrap_err();
        assert_eq!(error.rule(), Some(Rule::C2));
    }

    #[test]
    fn hl_t16_no_plan_lays_electrodes_on_neck_or_upper_back() {
        let tens = Phase::Tens {
            mode: crate::tens::Mode::Knot,
            cap: crate::tens::Cap::DEFAULT,
            area: crate::tens::ElectrodeArea::literal(25.0),
            duration: Span::from_min(10),
        };
        let protocol = Protocol::new("tens", &[tens]).expect("a protocol");
        for site in Site::ALL {
            match Plan::of(protocol, *site) {
                Ok(plan) => {
                    assert!(Placement::on(*site).is_ok());
                    assert_eq!(plan.agents(), Agents::TENS);
                }
                Err(error) => {
                    assert!(Placement::on(*site).is_err());
                    assert_eq!(error.rule(), Some(Rule::T16));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn no_heat_exceeds_a_limit(bits in any::<u64>(), ms in any::<u64>()) {
            let target_c = f64::from_bits(bits);
            if let Ok(plan) = Plan::heat(target_c, Span::from_ms(ms), Site::LeftCalf) {
                let target = plan.summary().target.expect("it heats");
                prop_assert!(target >= limits::TARGET_MIN && target <= limits::TARGET_MAX);
                prop_assert!(plan.protocol().duration() <= limits::heat_phase_max(target));
            }
        }

        /// What `single` takes for granted.
        #[test]
        fn every_heat_within_its_limits_is_a_protocol(
            target_c in 30.0f64..=42.0,
            ms in 60_000u64..=1_200_000,
        ) {
            prop_assert!(Plan::heat(target_c, Span::from_ms(ms), Site::LeftCalf).is_ok());
            prop_assert!(Plan::tuning(target_c, Site::LeftCalf).is_ok());
        }
    }
}
