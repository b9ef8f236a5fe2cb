//! What breaks, and is put right again.

use super::Plant;
use crate::fault::{Factor, Fault, PadFault, Part};
use crate::skin::{Pack, Skin};

impl Plant {
    /// Breaks something; what was wrong with the same part before is replaced.
    pub fn inject(&mut self, fault: Fault) {
        match fault {
            Fault::Contact(contact, fault) => self.contact[contact.index()].set_fault(Some(fault)),
            Fault::Room(fault) => self.room.set_fault(Some(fault)),
            Fault::Skin(fault) => self.set_skin_fault(Some(fault)),
            Fault::Pack(pack) => self.set_pack(pack),
            Fault::Lifted(contact, lift) => self.contact[contact.index()].set_lift(Some(lift)),
            Fault::Swapped(contact) => self.swapped = Some(contact),
            Fault::K1(fault) => self.k1.fault = Some(fault),
            Fault::K2(fault) => self.k2.fault = Some(fault),
            Fault::Pad(fault) => {
                self.pad_fault = Some(fault);
                if fault == PadFault::Folded {
                    self.fold = self.fold.or(Some(self.pad));
                }
            }
            Fault::CutOut(at) => self.cutout_at = at.get(),
            Fault::CurrentSense(says) => self.current_sense = Some(says),
            Fault::CutOutSense(says) => self.cutout_sense = Some(says),
            Fault::Electrodes(fault) => self.stimulation.inject(fault),
        }
    }

    /// Puts a part right. Temperatures get there in their own time.
    pub fn heal(&mut self, part: Part) {
        match part {
            Part::Contact(contact) => self.contact[contact.index()].set_fault(None),
            Part::Room => self.room.set_fault(None),
            Part::Skin => self.set_skin_fault(None),
            Part::Pack => self.set_pack(Pack::default()),
            Part::Place(contact) => self.contact[contact.index()].set_lift(None),
            Part::Names => self.swapped = None,
            Part::K1 => self.k1.fault = None,
            Part::K2 => self.k2.fault = None,
            Part::Pad => self.pad_fault = None,
            Part::CutOut => self.cutout_at = self.spec.cutout,
            Part::CurrentSense => self.current_sense = None,
            Part::CutOutSense => self.cutout_sense = None,
            Part::Electrodes(part) => self.stimulation.heal(part),
        }
    }

    /// Whether nothing is wrong with a part.
    #[must_use]
    pub fn is_whole(&self, part: Part) -> bool {
        match part {
            Part::Contact(contact) => !self.contact[contact.index()].is_faulty(),
            Part::Room => !self.room.is_faulty(),
            Part::Skin => self.skin.as_ref().is_none_or(|skin| !skin.is_faulty()),
            Part::Pack => self.skin.as_ref().is_none_or(Skin::is_usual),
            Part::Place(contact) => !self.contact[contact.index()].is_lifted(),
            Part::Names => self.swapped.is_none(),
            Part::K1 => self.k1.fault.is_none(),
            Part::K2 => self.k2.fault.is_none(),
            Part::Pad => self.pad_fault.is_none(),
            Part::CutOut => self.cutout_at == self.spec.cutout,
            Part::CurrentSense => self.current_sense.is_none(),
            Part::CutOutSense => self.cutout_sense.is_none(),
            Part::Electrodes(part) => self.stimulation.is_whole(part),
        }
    }

    /// Puts everything right: all parts, the e-stop, the supply and the blanket.
    pub fn heal_all(&mut self) {
        for part in Part::ALL {
            self.heal(part);
        }
        self.open_estop(false);
        self.set_undervoltage(false);
        self.set_loss(Factor::ONE);
    }
}
