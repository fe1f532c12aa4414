//! Where a file stands and what the system says of it: it is looked at when it is opened, and once
//! more when it has been read. Below a root no link is followed, in no part of the path.

use std::fs::{self, File};
use std::io;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::steady::CHANGED;

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(super) use unix::{Entry, Root};

#[cfg(not(unix))]
mod plain;
#[cfg(not(unix))]
pub(super) use plain::{Entry, Root};

/// A file's times tick every 1 to 10 ms: what is written in the tick of its last change leaves
/// them as they are. A file that has rested for longer shows every write.
const TICK: Duration = Duration::from_millis(10);

/// What an entry of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    Link,
    /// A pipe, a device, a socket.
    Special,
}

/// What the system says of a file. Times are nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) kind: Kind,
    pub(super) size: u64,
    pub(super) is_executable: bool,
    /// When its bytes were written; anybody may set it.
    written: i128,
    /// When anything about it changed, its names included; nobody can set it.
    changed: i128,
    device: u64,
    number: u64,
}

impl Facts {
    /// How long to wait until a change shows. A time that is far ahead is of another clock, which
    /// no wait catches up with.
    fn unrest(&self) -> Duration {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_nanos());
        let age = now.cast_signed() - self.written.max(self.changed);
        let tick = TICK.as_nanos().cast_signed();
        if age.abs() >= tick {
            return Duration::ZERO;
        }
        Duration::from_nanos((tick - age).clamp(0, tick) as u64)
    }
}

/// Where a file stands.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// Named by the caller; links are followed.
    Given(&'a str),
    /// Found below a root.
    Below(&'a Root, &'a str),
}

impl<'a> Place<'a> {
    /// Opens what stands there. Does not wait for the writer of a pipe.
    pub(super) fn open(self) -> io::Result<Opened<'a>> {
        let file = match self {
            Place::Given(path) => open_given(path)?,
            Place::Below(root, path) => root.open(path)?,
        };
        Opened::new(file, self)
    }

    fn look(self) -> io::Result<Facts> {
        match self {
            Place::Given(path) => Facts::of_path(path),
            Place::Below(root, path) => root.look(path),
        }
    }
}

fn open_given(path: &str) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NONBLOCK | libc::O_NOCTTY,
    );
    options.open(path)
}

/// What was opened. If it is a regular file, nobody is known to write to it.
pub(super) struct Opened<'a> {
    pub(super) file: File,
    pub(super) facts: Facts,
    place: Place<'a>,
}

impl<'a> Opened<'a> {
    /// A file just opened, and where. One that has just been written is left alone for some
    /// milliseconds, after which a change shows.
    pub(super) fn new(file: File, place: Place<'a>) -> io::Result<Opened<'a>> {
        let facts = Facts::of_file(&file)?;
        if facts.kind == Kind::File {
            let unrest = facts.unrest();
            if !unrest.is_zero() {
                thread::sleep(unrest);
                if Facts::of_file(&file)? != facts {
                    return Err(io::Error::other(CHANGED));
                }
            }
        }
        Ok(Opened { file, facts, place })
    }

    /// Whether what was opened still stands there and nobody has written to it. Who reads rows of
    /// a file that is removed meanwhile has its rows; a digest is for those who look for the file.
    pub(super) fn is_unchanged(&self) -> bool {
        self.place.look().is_ok_and(|facts| facts == self.facts)
    }

    /// The most bytes that it may have. A file that the system makes up says 0 and has more, or
    /// says that it has a page and has less.
    pub(super) fn limit(&self) -> u64 {
        if self.facts.size == 0 { u64::MAX } else { self.facts.size }
    }
}

/// The bytes of a regular file; none where somebody writes to it, moves or replaces it meanwhile.
pub(crate) fn read_whole(path: &str) -> io::Result<Option<Vec<u8>>> {
    let opened = match Place::Given(path).open() {
        Err(error) if error.to_string() == CHANGED => return Ok(None),
        opened => opened?,
    };
    if opened.facts.kind == Kind::Special {
        // A link to it was a file when it was found.
        return Ok(None);
    }
    let size = usize::try_from(opened.facts.size).map_err(|_| io::ErrorKind::OutOfMemory)?;
    let mut bytes = Vec::new();
    // One byte more tells a file that grows.
    bytes.try_reserve_exact(size + 1).map_err(|_| io::ErrorKind::OutOfMemory)?;
    bytes.resize(size + 1, 0);
    let mut file = &opened.file;
    let mut filled = 0;
    // A read that stops before the byte too many was the last one.
    while filled < size.max(1) {
        match io::Read::read(&mut file, &mut bytes[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let is_same = filled == size && opened.is_unchanged();
    bytes.truncate(size);
    Ok(is_same.then_some(bytes))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn facts(written_ms_ago: i128, changed_ms_ago: i128) -> Facts {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos().cast_signed();
        Facts {
            kind: Kind::File,
            size: 0,
            is_executable: false,
            written: now - written_ms_ago * 1_000_000,
            changed: now - changed_ms_ago * 1_000_000,
            device: 0,
            number: 0,
        }
    }

    #[test]
    fn a_file_that_was_just_written_is_left_alone_for_a_tick_at_most() {
        let begin = Instant::now();
        for (written, changed) in [(3, 3), (3, 60_000), (60_000, 3), (-5, 0)] {
            let unrest = facts(written, changed).unrest();
            // What has passed since the facts were made counts as well.
            let passed = begin.elapsed();
            assert!(unrest <= TICK);
            assert!(unrest + passed >= Duration::from_millis(6), "{written} {changed}");
        }
        // Long ago; and ahead of this machine's clock, where no wait helps.
        for (written, changed) in [(60_000, 60_000), (-60_000, 60_000), (60_000, -60_000)] {
            assert_eq!(facts(written, changed).unrest(), Duration::ZERO, "{written} {changed}");
        }
    }

    #[test]
    fn a_file_that_is_written_while_it_should_rest_is_no_digest() {
        let path = std::env::temp_dir().join(format!("fastpath-rest-{}", std::process::id()));
        let place = path.to_str().unwrap();
        let is_open = std::sync::Barrier::new(2);
        let opened = thread::scope(|scope| {
            scope.spawn(|| {
                is_open.wait();
                for _ in 0..100 {
                    fs::write(&path, "again").unwrap();
                    thread::sleep(Duration::from_millis(1));
                }
            });
            fs::write(&path, "once").unwrap();
            is_open.wait();
            thread::sleep(Duration::from_millis(3));
            Place::Given(place).open().map(|_| ())
        });
        assert_eq!(opened.unwrap_err().to_string(), CHANGED);
        fs::remove_file(&path).unwrap();
    }
}
