//! The requests about reminders.

use hyper::Method;

use super::{Client, ClientError, USUAL};
use crate::reminder::{NewReminder, ReminderEntry, ReminderList};

const PATH: &str = "/api/v1/reminders";

impl Client {
    /// All reminders, and those that are due.
    ///
    /// # Errors
    /// As for every request: [`ClientError`].
    pub async fn reminders(&self) -> Result<ReminderList, ClientError> {
        self.get(PATH).await
    }

    /// Has the device remind of something. The answer comes when it is on disk.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when something of it is not accepted.
    pub async fn add_reminder(&self, asked: &NewReminder) -> Result<ReminderEntry, ClientError> {
        self.send_json(Method::POST, PATH, asked).await
    }

    /// Forgets a reminder. Gives the list after it.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when there is none with that number.
    pub async fn remove_reminder(&self, id: i64) -> Result<ReminderList, ClientError> {
        self.ask(USUAL, Method::DELETE, &format!("{PATH}/{id}"), None).await
    }

    /// What a reminder asks for is done. Gives the list after it.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when there is none with that number.
    pub async fn reminder_done(&self, id: i64) -> Result<ReminderList, ClientError> {
        self.ask(USUAL, Method::POST, &format!("{PATH}/{id}/done"), None).await
    }

    /// A reminder is wanted ten minutes later. Gives the list after it.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when there is none with that number.
    pub async fn reminder_later(&self, id: i64) -> Result<ReminderList, ClientError> {
        self.ask(USUAL, Method::POST, &format!("{PATH}/{id}/later"), None).await
    }
}
