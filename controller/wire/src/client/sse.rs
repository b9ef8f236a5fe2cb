//! Server-sent events (WHATWG HTML, section 9.2.6): bytes in, whole frames out.

/// The longest frame that is kept; a snapshot has about two thousand bytes.
const FRAME_MAX_BYTES: usize = 1024 * 1024;

/// One event of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its name; `message` when it has none.
    pub event: String,
    /// Its data, lines joined by a line feed.
    pub data: String,
}

/// Puts frames together from pieces of any size.
#[derive(Debug, Default)]
pub struct Parser {
    line: Vec<u8>,
    after_cr: bool,
    event: String,
    data: Option<String>,
}

impl Parser {
    /// Takes in the next piece and gives the frames that it completes.
    pub fn push(&mut self, piece: &[u8]) -> Vec<Frame> {
        let mut frames = Vec::new();
        for &byte in piece {
            let ends_crlf = byte == b'\n' && self.after_cr;
            self.after_cr = byte == b'\r';
            match byte {
                // The line ended at its carriage return already.
                b'\n' if ends_crlf => {}
                b'\n' | b'\r' => frames.extend(self.end_line()),
                _ if self.line.len() < FRAME_MAX_BYTES => self.line.push(byte),
                // Nothing of ours is this long: the line is cut, and will not parse as a snapshot.
                _ => {}
            }
        }
        frames
    }

    fn end_line(&mut self) -> Option<Frame> {
        let bytes = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&bytes);
        if line.is_empty() {
            return self.end_frame();
        }
        let (field, value) = line.split_once(':').unwrap_or((&*line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event),
            "data" => self.add_data(value),
            // Comments (an empty field name), `id`, `retry` and what is not known yet.
            _ => {}
        }
        None
    }

    fn add_data(&mut self, value: &str) {
        match &mut self.data {
            None => self.data = Some(value.to_owned()),
            Some(data) if data.len() + value.len() < FRAME_MAX_BYTES => {
                data.push('\n');
                data.push_str(value);
            }
            Some(_) => {}
        }
    }

    fn end_frame(&mut self) -> Option<Frame> {
        let event = std::mem::take(&mut self.event);
        let event = if event.is_empty() { "message".to_owned() } else { event };
        self.data.take().map(|data| Frame { event, data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(pieces: &[&[u8]]) -> Vec<(String, String)> {
        let mut parser = Parser::default();
        let frames = pieces.iter().flat_map(|piece| parser.push(piece)).collect::<Vec<_>>();
        frames.into_iter().map(|frame| (frame.event, frame.data)).collect()
    }

    fn pair(event: &str, data: &str) -> (String, String) {
        (event.to_owned(), data.to_owned())
    }

    const STREAM: &str = ": hello\r\nevent: status\r\ndata: {\"a\":\"°C\"}\r\n\r\nid: 7\ndata:x\ndata: y\n\nevent: empty\n\nevent:status\rdata\r\r";

    fn expected() -> Vec<(String, String)> {
        vec![pair("status", "{\"a\":\"°C\"}"), pair("message", "x\ny"), pair("status", "")]
    }

    #[test]
    fn comments_unknown_fields_and_events_without_data_are_skipped() {
        assert_eq!(frames(&[STREAM.as_bytes()]), expected());
    }

    #[test]
    fn a_frame_may_be_cut_anywhere() {
        let bytes = STREAM.as_bytes();
        for cut in 0..bytes.len() {
            assert_eq!(frames(&[&bytes[..cut], &bytes[cut..]]), expected(), "cut at {cut}");
        }
        let single = bytes.chunks(1).collect::<Vec<_>>();
        assert_eq!(frames(&single), expected());
    }

    #[test]
    fn an_unfinished_frame_is_not_given() {
        assert_eq!(frames(&[b"data: half\n"]), []);
    }

    #[test]
    fn a_line_without_end_does_not_fill_the_memory() {
        let mut parser = Parser::default();
        for _ in 0..3 {
            assert_eq!(parser.push(&vec![b'x'; FRAME_MAX_BYTES]), []);
        }
        assert!(parser.line.len() <= FRAME_MAX_BYTES);
    }
}
