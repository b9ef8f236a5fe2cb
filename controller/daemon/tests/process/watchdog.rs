//! What the service manager is told by the real binary.

use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use rustix::process::Signal;

use crate::support::{Soothed, folder, send};

#[test]
fn the_service_manager_is_told_of_the_start_of_every_while_and_of_the_end() {
    let folder = folder();
    let manager = UnixDatagram::bind(folder.path().join("notify")).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let path = folder.path().join("notify");
    let mut daemon = Soothed::start_with(folder, |command| {
        command.env("NOTIFY_SOCKET", path).env("WATCHDOG_USEC", "400000");
    });
    let hear = || {
        let mut text = [0; 100];
        let length = manager.recv(&mut text).expect("it is silent");
        String::from_utf8_lossy(&text[..length]).trim().to_owned()
    };
    assert_eq!(hear(), "READY=1");
    for _ in 0..5 {
        assert_eq!(hear(), "WATCHDOG=1");
    }
    // As if hung: whoever is fed all the same would be told of here.
    send(daemon.pid(), Signal::STOP);
    std::thread::sleep(Duration::from_millis(500));
    manager.set_nonblocking(true).unwrap();
    let mut text = [0; 100];
    while manager.recv(&mut text).is_ok() {}
    std::thread::sleep(Duration::from_millis(500));
    assert!(manager.recv(&mut text).is_err(), "fed without a cycle");
    manager.set_nonblocking(false).unwrap();
    send(daemon.pid(), Signal::CONT);
    send(daemon.pid(), Signal::TERM);
    let mut heard = hear();
    while heard == "WATCHDOG=1" {
        heard = hear();
    }
    assert_eq!(heard, "STOPPING=1");
    assert_eq!(daemon.end().code(), Some(0));
}
