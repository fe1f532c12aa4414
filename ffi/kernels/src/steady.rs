//! A regular file that must stay as it is while it is read. What is read of a file that changes
//! would be rows that never stood in it together, or fewer than it has, so it is an error. No
//! mmap: a file that shrinks would kill the process.

use std::fs::{File, Metadata};
use std::io::{self, Read};

/// What is said of a file that changed under the reader.
pub(crate) const CHANGED: &str = "file changed while it was read";

/// A file that is read from where it stands to its end. Its end is one only if length and time of
/// change are those of the begin.
pub(crate) struct SteadyFile {
    file: File,
    /// None for what is no regular file: a pipe has no length.
    before: Option<Metadata>,
    /// Bytes that a file of this length can still give.
    left: u64,
}

impl SteadyFile {
    /// A file just opened.
    pub fn new(file: File) -> io::Result<SteadyFile> {
        let before = file.metadata()?;
        // Files that the system makes up say 0 bytes and have more.
        let left = if before.len() == 0 { u64::MAX } else { before.len() };
        if before.is_file() {
            return Ok(SteadyFile { file, before: Some(before), left });
        }
        Ok(SteadyFile { file, before: None, left: u64::MAX })
    }

    fn end(&self) -> io::Result<usize> {
        let Some(before) = &self.before else { return Ok(0) };
        if same(before, &self.file.metadata()?) { Ok(0) } else { Err(io::Error::other(CHANGED)) }
    }
}

impl Read for SteadyFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        // A file that grows as fast as it is read would never end.
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if wanted == 0 {
            return self.end();
        }
        match self.file.read(&mut buffer[..wanted])? {
            0 => self.end(),
            read => {
                self.left -= read as u64;
                Ok(read)
            }
        }
    }
}

/// Whether nothing shows that a file was changed.
fn same(before: &Metadata, after: &Metadata) -> bool {
    before.len() == after.len() && before.modified().ok() == after.modified().ok()
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::io::Write;

    use super::*;

    /// Reads half of a file of 1,000 bytes, changes it, and reads the rest.
    fn read_around(name: &str, change: fn(&mut File)) -> io::Result<usize> {
        let name = format!("fastpath-steady-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, vec![b'a'; 1000]).unwrap();
        let mut file = SteadyFile::new(File::open(&path).unwrap()).unwrap();
        let mut half = [0; 500];
        file.read_exact(&mut half).unwrap();
        change(&mut OpenOptions::new().append(true).open(&path).unwrap());
        let mut rest = Vec::new();
        let outcome = file.read_to_end(&mut rest);
        std::fs::remove_file(path).unwrap();
        outcome
    }

    #[test]
    fn a_file_that_changes_has_no_end() {
        assert_eq!(read_around("same", |_| {}).unwrap(), 500);
        for (name, change) in [
            ("shorter", (|file| file.set_len(700).unwrap()) as fn(&mut File)),
            ("empty", |file| file.set_len(0).unwrap()),
            ("longer", |file| file.write_all(b"tail").unwrap()),
        ] {
            assert_eq!(read_around(name, change).unwrap_err().to_string(), CHANGED, "{name}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_the_system_makes_up_has_an_end() {
        let mut file = SteadyFile::new(File::open("/proc/cpuinfo").unwrap()).unwrap();
        let mut text = Vec::new();
        assert!(file.read_to_end(&mut text).unwrap() > 0);
    }
}
