//! Reminders: the list of them, and those that are due.

use soothe_wire::{DueReminder, ReminderEntry, ReminderList};

use crate::render::paint::Paint;
use crate::render::table::{Column, table};

/// One that was just added.
pub(crate) fn added(entry: &ReminderEntry) -> String {
    format!("Reminder {}: {}, {}.\n", entry.id, entry.text, entry.schedule)
}

/// One that is due, with what answers it.
pub(crate) fn due(due: &DueReminder) -> String {
    let DueReminder { id, text, .. } = due;
    format!("{text}: `soothe remind done {id}`, or `soothe remind later {id}`")
}

/// All of them, and what is to be done now.
pub(crate) fn list(list: &ReminderList, paint: Paint) -> String {
    if list.reminders.is_empty() {
        return "There are no reminders: `soothe remind add --help` shows how to add one.\n"
            .to_owned();
    }
    let rows = list.reminders.iter().map(|it| {
        let text = it.text.trim_start_matches("Time to ").to_owned();
        vec![it.id.to_string(), text, it.schedule.clone()]
    });
    let column = |heading| Column { heading, right: heading == "ID" };
    let columns = ["ID", "TO", "WHEN"].map(column);
    let lines = table(&columns, &rows.collect::<Vec<_>>()).into_iter();
    let now = list.due.iter().flat_map(|it| {
        let how = it.how.as_ref().map(|how| format!("  {how}"));
        [paint.yellow(&due(it))].into_iter().chain(how)
    });
    lines.chain(now).map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: i64, text: &str, schedule: &str) -> ReminderEntry {
        ReminderEntry {
            id,
            kind: "stretch".to_owned(),
            text: text.to_owned(),
            times: Vec::new(),
            days: Vec::new(),
            schedule: schedule.to_owned(),
            exercise: None,
            site: None,
        }
    }

    #[test]
    fn the_list_says_what_when_and_what_is_to_be_done_now() {
        let due = DueReminder {
            id: 12,
            kind: "stretch".to_owned(),
            text: "Time to stretch: Side neck stretch".to_owned(),
            how: Some("Sit upright. 20 s, 3 times.".to_owned()),
            exercise: Some("neck-tilt".to_owned()),
            site: None,
            due_unix_ms: 0,
        };
        let reminders = vec![
            entry(9, "Time to move", "every 45 min from 09:00 to 17:30, Monday to Friday"),
            entry(12, "Time to stretch: Side neck stretch", "at 10:00, every day"),
        ];
        let text = list(&ReminderList { reminders, due: vec![due] }, Paint::new(false));
        assert_eq!(
            text,
            "ID  TO                          WHEN\n \
             9  move                        every 45 min from 09:00 to 17:30, Monday to Friday\n\
             12  stretch: Side neck stretch  at 10:00, every day\n\
             Time to stretch: Side neck stretch: `soothe remind done 12`, or `soothe remind later 12`\n  \
             Sit upright. 20 s, 3 times.\n"
        );
        let none = ReminderList { reminders: Vec::new(), due: Vec::new() };
        assert!(list(&none, Paint::new(false)).starts_with("There are no reminders"));
    }
}
