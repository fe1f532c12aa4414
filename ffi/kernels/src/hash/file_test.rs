//! Files of every kind: regular, changing, pipes, made up by the system; cancelling and progress.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::testing::Meddler;
use super::{Algorithm, Digest, Spec, digest};
use crate::control::{Control, Unwatched};
use crate::fault::Error;

/// A file of its own for each test; removed when the test ends well or not.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, bytes: &[u8]) -> Scratch {
        let name = format!("fastpath-hash-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, bytes).unwrap();
        Scratch(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn hash_path(
    algorithm: Algorithm,
    path: &str,
    threads: usize,
    control: &dyn Control,
) -> Result<Digest, Error> {
    super::hash_path(&Spec::plain(algorithm), path, threads, control)
}

fn message(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i % 251) as u8).collect()
}

#[test]
fn hash_file_equals_digest_at_every_size_and_number_of_threads() {
    let sizes = [0, 1, 65_535, 65_536, 65_537, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5_000_000];
    for size in sizes {
        let bytes = message(size);
        let scratch = Scratch::new(&format!("sizes-{size}"), &bytes);
        for algorithm in Algorithm::ALL {
            let is_old = matches!(algorithm, Algorithm::Sha256 | Algorithm::Blake3);
            for &threads in if is_old { &[0, 1, 2, 5][..] } else { &[1] } {
                let found = hash_path(algorithm, scratch.path(), threads, &Unwatched);
                assert_eq!(found, Ok(digest(algorithm, &bytes)), "{size} bytes, {threads}");
            }
        }
    }
}

#[test]
fn hash_file_rejects_a_file_that_grows_shrinks_or_changes_meanwhile() {
    let changed = Err(Error::Io("file changed while it was read".to_owned()));
    for size in [200_000, 6_000_000] {
        for algorithm in [Algorithm::Sha256, Algorithm::Blake3] {
            for threads in [1, 2] {
                let name = format!("changes-{size}-{algorithm:?}-{threads}");
                let scratch = Scratch::new(&name, &message(size));
                let options = || OpenOptions::new().write(true).open(&scratch.0).unwrap();
                let (before, length) = (size as u64 / 3, size as u64);
                let grow = Meddler::new(before, || options().set_len(length + 9).unwrap());
                let shrink = Meddler::new(before, || options().set_len(length / 2).unwrap());
                // In the middle of the tick that the file was written in: its times would stay.
                let rewrite =
                    Meddler::new(before, || options().write_all(b"another beginning").unwrap());
                let run =
                    |control: &dyn Control| hash_path(algorithm, scratch.path(), threads, control);
                assert_eq!(run(&grow), changed, "grows: {name}");
                assert_eq!(run(&shrink), changed, "shrinks: {name}");
                assert_eq!(run(&rewrite), changed, "changes: {name}");
                // Replaced by a file of the same length, and then removed.
                let other = Scratch::new(&format!("{name}-other"), &message(size));
                let replace = Meddler::new(before, || fs::rename(&other.0, &scratch.0).unwrap());
                assert_eq!(run(&replace), changed, "is replaced: {name}");
                // The old file keeps a name, so that its number of names is the same.
                let kept = Scratch::new(&format!("{name}-kept"), b"");
                let move_away = Meddler::new(before, || {
                    fs::rename(&scratch.0, &kept.0).unwrap();
                    fs::write(&scratch.0, message(size)).unwrap();
                });
                assert_eq!(run(&move_away), changed, "is moved away: {name}");
                let replace_linked = Meddler::new(before, || {
                    fs::remove_file(&kept.0).unwrap();
                    fs::hard_link(&scratch.0, &kept.0).unwrap();
                    fs::write(&other.0, message(size)).unwrap();
                    fs::rename(&other.0, &scratch.0).unwrap();
                });
                assert_eq!(run(&replace_linked), changed, "is replaced, linked: {name}");
                // The time of writing can be set to what it was.
                let hide = Meddler::new(before, || {
                    let mut file = options();
                    let written = file.metadata().unwrap().modified().unwrap();
                    file.write_all(b"another beginning").unwrap();
                    file.set_modified(written).unwrap();
                });
                assert_eq!(run(&hide), changed, "hides its change: {name}");
                assert!(run(&Unwatched).is_ok(), "rests: {name}");
            }
        }
    }
}

#[test]
fn progress_never_runs_back_and_ends_at_the_length() {
    #[derive(Default)]
    struct Watch(AtomicU64);
    impl Control for Watch {
        fn cancelled(&self) -> bool {
            false
        }
        fn progress(&self, bytes_done: u64) {
            assert!(self.0.swap(bytes_done, Ordering::Relaxed) <= bytes_done);
        }
    }
    let scratch = Scratch::new("progress", &message(3_000_001));
    for algorithm in Algorithm::ALL {
        for threads in [1, 2] {
            let watch = Watch::default();
            hash_path(algorithm, scratch.path(), threads, &watch).unwrap();
            assert_eq!(watch.0.load(Ordering::Relaxed), 3_000_001);
        }
    }
}

/// Stops once so much is done.
struct Stop(AtomicU64, u64);

impl Control for Stop {
    fn cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= self.1
    }
    fn progress(&self, bytes_done: u64) {
        self.0.store(bytes_done, Ordering::Relaxed);
    }
}

#[test]
fn hash_file_stops_where_the_control_says_so() {
    let scratch = Scratch::new("stops", &message(8_000_000));
    for algorithm in [Algorithm::Sha256, Algorithm::Blake3] {
        for threads in [1, 2] {
            let stop = Stop(AtomicU64::new(0), 2_000_000);
            let found = hash_path(algorithm, scratch.path(), threads, &stop);
            assert_eq!(found, Err(Error::Cancelled), "{algorithm:?}, {threads} threads");
            let done = stop.0.load(Ordering::Relaxed);
            assert!(done < 3_000_000, "{done}: a block at most after the stop");
        }
    }
}

#[test]
fn hash_file_reports_what_the_system_says() {
    let folder = std::env::temp_dir();
    let error = hash_path(Algorithm::Sha256, folder.to_str().unwrap(), 2, &Unwatched).unwrap_err();
    assert!(matches!(error, Error::Io(words) if words.contains("directory")));
}

#[cfg(target_os = "linux")]
mod linux {
    use super::*;
    use std::fs::File;
    use std::io::pipe;
    use std::os::fd::OwnedFd;

    use crate::hash::file;
    use crate::hash::place::{Opened, Place};

    fn hash_pipe(algorithm: Algorithm, pipe: File, control: &dyn Control) -> Result<Digest, Error> {
        let opened = Opened::new(pipe, Place::Given("")).unwrap();
        file::hash_file(&Spec::plain(algorithm), &opened, 2, control)
    }

    #[test]
    fn hash_file_reads_a_pipe_to_its_end() {
        let bytes = message(700_001);
        for algorithm in Algorithm::ALL {
            let (reader, mut writer) = pipe().unwrap();
            let file = File::from(OwnedFd::from(reader));
            let found = std::thread::scope(|scope| {
                scope.spawn(|| {
                    for piece in bytes.chunks(10_007) {
                        writer.write_all(piece).unwrap();
                    }
                    drop(writer);
                });
                hash_pipe(algorithm, file, &Unwatched)
            });
            assert_eq!(found, Ok(digest(algorithm, &bytes)));
        }
    }

    #[test]
    fn hash_file_stops_while_a_pipe_gives_nothing() {
        struct Deadline(Instant);
        impl Control for Deadline {
            fn cancelled(&self) -> bool {
                self.0.elapsed() > Duration::from_millis(30)
            }
            fn progress(&self, _: u64) {}
        }
        let (reader, _writer) = pipe().unwrap();
        let file = File::from(OwnedFd::from(reader));
        let deadline = Deadline(Instant::now());
        let found = hash_pipe(Algorithm::Sha256, file, &deadline);
        assert_eq!(found, Err(Error::Cancelled));
        // 5 ms where the machine is idle.
        assert!(deadline.0.elapsed() < Duration::from_millis(130));
    }

    #[test]
    fn hash_file_reads_files_that_say_they_are_empty() {
        let path = "/proc/sys/kernel/ostype";
        let found = hash_path(Algorithm::Blake3, path, 2, &Unwatched);
        assert_eq!(found, Ok(digest(Algorithm::Blake3, b"Linux\n")));
    }

    #[test]
    fn hash_path_reads_files_that_say_they_have_a_page() {
        // Pages of sysfs say 4,096 bytes and have a few.
        let path = "/sys/kernel/mm/transparent_hugepage/enabled";
        let Ok(bytes) = fs::read(path) else { return };
        assert!(fs::metadata(path).unwrap().len() > bytes.len() as u64);
        for algorithm in Algorithm::ALL {
            let found = hash_path(algorithm, path, 2, &Unwatched);
            assert_eq!(found, Ok(digest(algorithm, &bytes)));
        }
    }
}
