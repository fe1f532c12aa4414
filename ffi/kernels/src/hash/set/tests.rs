//! File sets: every algorithm and size, failures by name, files that change meanwhile.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::control::Unwatched;
use crate::hash::testing::Meddler;
use crate::hash::{Algorithm, Secret, digest_with};

/// A folder of its own for each test; removed when the test ends well or not.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("fastpath-set-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    fn text(&self) -> String {
        self.0.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
        let _ = fs::remove_file(self.0.with_extension("gone"));
    }
}

fn options(spec: Spec, roots: &[String]) -> SetOptions {
    SetOptions {
        spec,
        roots: roots.to_vec(),
        chosen: Vec::new(),
        walks: true,
        links: false,
        skips_special: false,
        threads: 2,
        max_open: 64,
    }
}

fn part(set: &FileSet, part: u32) -> Vec<u8> {
    let mut out = vec![0; set.part_length(part)];
    set.put_part(part, &mut out);
    out
}

fn message(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i % 251) as u8).collect()
}

fn specs() -> Vec<Spec> {
    let mut specs: Vec<_> = Algorithm::ALL.into_iter().map(Spec::plain).collect();
    let key = Secret::Key(vec![3; 32]);
    specs.push(Spec::new(Algorithm::Blake2b, 20, key.clone()).unwrap());
    specs.push(Spec::new(Algorithm::Blake2s, 7, key.clone()).unwrap());
    specs.push(Spec::new(Algorithm::Blake3, 100, key).unwrap());
    specs.push(Spec::new(Algorithm::Blake3, 32, Secret::Context("set".into())).unwrap());
    specs
}

#[test]
fn a_set_gives_the_digests_of_its_files_in_the_order_of_their_names() {
    let folder = Folder::new("sizes");
    let sizes: Vec<usize> = (0..40)
        .map(|at| at * at * 13 % 5000)
        .chain([0, 55, 56, 63, 64, 65_535, 65_536, 65_537, 131_072, 131_073, 300_000, 5_000_000])
        .collect();
    for (at, &size) in sizes.iter().enumerate() {
        folder.write(&format!("{}/{at:03}", at % 5), &message(size));
    }
    for spec in specs() {
        for (threads, max_open) in [(1, 1), (2, 64), (3, 2), (4, 16)] {
            let options =
                SetOptions { threads, max_open, ..options(spec.clone(), &[folder.text()]) };
            let set = FileSet::run(&options, &Unwatched).unwrap();
            assert_eq!(set.len(), sizes.len());
            assert!(set.found.is_sorted_by(|a, b| a.path < b.path));
            for (at, found) in set.found.iter().enumerate() {
                let size = sizes[found.path[found.path.len() - 3..].parse::<usize>().unwrap()];
                let expected = digest_with(&spec, &message(size));
                let digest = &set.digests()[at * spec.length..][..spec.length];
                assert_eq!(digest, expected, "{spec:?} of {size} bytes");
                let hashed = Outcome::Hashed { size: size as u64, executable: false };
                assert_eq!(set.board.outcomes[at], hashed);
            }
        }
    }
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_goes_on() {
    let folder = Folder::new("failures");
    folder.write("good", b"abc");
    let missing = format!("{}/missing", folder.text());
    let spec = Spec::plain(Algorithm::Sha256);
    let listed = SetOptions {
        walks: false,
        ..options(
            spec.clone(),
            &[folder.text(), missing.clone(), format!("{}/good", folder.text())],
        )
    };
    let set = FileSet::run(&listed, &Unwatched).unwrap();
    let reasons: Vec<_> = set.board.outcomes.to_vec();
    let good = Outcome::Hashed { size: 3, executable: false };
    let expected = [Outcome::Failed(Reason::Directory), good, Outcome::Failed(Reason::NotFound)];
    assert_eq!(reasons, expected);
    assert_eq!(part(&set, 2).len(), 3 * RECORD_BYTES);
    let line = format!(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  {}/good\n",
        folder.text()
    );
    assert_eq!(part(&set, 3), line.as_bytes());
    // The same path twice is there once.
    let twice = options(spec, &[missing.clone(), missing]);
    assert_eq!(FileSet::run(&twice, &Unwatched).unwrap().len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn links_and_names_that_are_no_text_are_told_apart() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new("odd");
    folder.write("plain", b"abc");
    fs::write(folder.0.join(OsStr::from_bytes(b"bad\xff")), b"abc").unwrap();
    std::os::unix::fs::symlink("plain", folder.0.join("link")).unwrap();
    std::os::unix::fs::symlink("/", folder.0.join("root")).unwrap();
    let mut options = options(Spec::plain(Algorithm::Sha256), &[folder.text()]);
    let set = FileSet::run(&options, &Unwatched).unwrap();
    let names = |set: &FileSet| {
        set.found.iter().map(|found| found.path.rsplit('/').next().unwrap().to_owned()).collect()
    };
    let found: Vec<String> = names(&set);
    assert_eq!(found, ["bad\u{fffd}", "plain"]);
    assert_eq!(set.board.outcomes[0], Outcome::Failed(Reason::NotUtf8));
    options.links = true;
    let set = FileSet::run(&options, &Unwatched).unwrap();
    let found: Vec<String> = names(&set);
    assert_eq!(found, ["bad\u{fffd}", "link", "plain", "root"]);
    let expected = digest_with(&options.spec, b"plain");
    assert_eq!(&set.digests()[32..64], expected);
    assert_eq!(part(&set, 2)[RECORD_BYTES], 1);
}

#[test]
fn a_file_that_changes_meanwhile_has_no_digest() {
    for algorithm in Algorithm::ALL {
        let folder = Folder::new(&format!("changes-{algorithm:?}"));
        let options = options(Spec::plain(algorithm), &[folder.text()]);
        let acts: [fn(&PathBuf); 6] = [
            |path| {
                let file = OpenOptions::new().write(true).open(path).unwrap();
                file.set_len(6_000_009).unwrap();
            },
            |path| {
                let file = OpenOptions::new().write(true).open(path).unwrap();
                file.set_len(3_000_000).unwrap();
            },
            |path| fs::remove_file(path).unwrap(),
            |path| {
                let other = path.with_extension("other");
                fs::write(&other, message(6_000_000)).unwrap();
                fs::rename(&other, path).unwrap();
            },
            // The old file keeps a name: it has as many as before.
            |path| {
                fs::rename(path, path.parent().unwrap().with_extension("gone")).unwrap();
                fs::write(path, message(6_000_000)).unwrap();
            },
            |path| {
                let mut file = OpenOptions::new().write(true).open(path).unwrap();
                let written = file.metadata().unwrap().modified().unwrap();
                file.write_all(b"another beginning").unwrap();
                file.set_modified(written).unwrap();
            },
        ];
        for act in acts {
            let path = folder.write("victim", &message(6_000_000));
            let meddler = Meddler::new(1_000_000, || act(&path));
            let set = FileSet::run(&options, &meddler).unwrap();
            assert_eq!(set.board.outcomes, [Outcome::Failed(Reason::Changed)], "{algorithm:?}");
        }
    }
}

#[test]
fn a_set_stops_where_the_control_says_so_and_tells_its_progress() {
    struct Stop(AtomicU64, u64, AtomicU64);
    impl Control for Stop {
        fn cancelled(&self) -> bool {
            self.0.load(Ordering::Relaxed) >= self.1
        }
        fn progress(&self, bytes_done: u64) {
            assert!(self.0.swap(bytes_done, Ordering::Relaxed) <= bytes_done);
        }
        fn files(&self, files_done: u64) {
            assert!(self.2.swap(files_done, Ordering::Relaxed) <= files_done);
        }
    }
    let folder = Folder::new("stops");
    for at in 0..300 {
        folder.write(&format!("{at}"), &message(10_000));
    }
    folder.write("large", &message(3_000_000));
    for algorithm in Algorithm::ALL {
        let options = options(Spec::plain(algorithm), &[folder.text()]);
        let control = Stop(AtomicU64::new(0), u64::MAX, AtomicU64::new(0));
        FileSet::run(&options, &control).unwrap();
        assert_eq!(control.0.load(Ordering::Relaxed), 6_000_000);
        assert_eq!(control.2.load(Ordering::Relaxed), 301);
        for at in [0, 500_000, 4_000_000] {
            let control = Stop(AtomicU64::new(0), at, AtomicU64::new(0));
            let stopped = FileSet::run(&options, &control).map(|set| set.len());
            assert_eq!(stopped, Err(Error::Cancelled), "{algorithm:?} at {at}");
        }
    }
}

#[test]
fn digests_that_are_too_many_bytes_are_an_error() {
    let folder = Folder::new("bytes");
    for at in 0..1025 {
        folder.write(&format!("{at}"), b"");
    }
    let spec = Spec::new(Algorithm::Blake3, 1 << 20, Secret::None).unwrap();
    let set = FileSet::run(&options(spec, &[folder.text()]), &Unwatched);
    assert_eq!(set.map(|set| set.len()), Err(Error::OutOfMemory));
}

/// Does something between the walk and the reading.
struct Between<F: Fn() + Sync>(F);

impl<F: Fn() + Sync> Control for Between<F> {
    fn cancelled(&self) -> bool {
        false
    }
    fn progress(&self, _: u64) {}
    fn files_total(&self, _: u64) {
        (self.0)();
    }
}

#[cfg(unix)]
mod swaps {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A root with a file in a folder, and a secret beside the root.
    fn root_and_secret(name: &str) -> (Folder, String) {
        let folder = Folder::new(name);
        folder.write("outside/file", b"secret");
        folder.write("root/sub/file", b"open");
        let root = format!("{}/root", folder.text());
        (folder, root)
    }

    fn swap(folder: &Folder, name: &str, target: &str) {
        let path = folder.0.join(name);
        fs::rename(&path, folder.0.join("away")).unwrap();
        symlink(folder.0.join(target), path).unwrap();
    }

    fn listed(root: &str) -> SetOptions {
        SetOptions {
            chosen: vec![vec![root.to_owned(), "sub/file".to_owned()]],
            ..options(Spec::plain(Algorithm::Sha256), &[])
        }
    }

    #[test]
    fn what_becomes_a_link_after_the_walk_is_not_followed() {
        for (name, target) in [("root/sub/file", "outside/file"), ("root/sub", "outside")] {
            for is_chosen in [false, true] {
                let (folder, root) = root_and_secret("swaps");
                let options = if is_chosen {
                    listed(&root)
                } else {
                    options(Spec::plain(Algorithm::Sha256), &[root])
                };
                let set = FileSet::run(&options, &Between(|| ())).unwrap();
                assert_eq!(set.digests(), digest_with(&options.spec, b"open"));
                let swap = Between(|| swap(&folder, name, target));
                let set = FileSet::run(&options, &swap).unwrap();
                assert_eq!(set.board.outcomes, [Outcome::Failed(Reason::Changed)], "{name}");
                assert_eq!(set.found[0].path, format!("{}/root/sub/file", folder.text()));
            }
        }
    }

    #[test]
    fn the_root_itself_may_be_a_link_and_stays_what_it_was() {
        let (folder, root) = root_and_secret("roots");
        let link = folder.0.join("link");
        symlink(&root, &link).unwrap();
        let link = link.to_str().unwrap().to_owned();
        let options = options(Spec::plain(Algorithm::Sha256), std::slice::from_ref(&link));
        let turn = Between(|| {
            fs::remove_file(&link).unwrap();
            symlink(folder.0.join("outside"), &link).unwrap();
        });
        let set = FileSet::run(&options, &turn).unwrap();
        assert_eq!(set.digests(), digest_with(&options.spec, b"open"));
    }

    #[test]
    fn more_roots_than_are_held_open_give_the_same() {
        let folder = Folder::new("many-roots");
        let roots: Vec<_> = (10..50).map(|at| format!("{}/{at}", folder.text())).collect();
        for root in &roots {
            fs::create_dir_all(format!("{root}/sub")).unwrap();
            fs::write(format!("{root}/sub/file"), root).unwrap();
            symlink(root, format!("{root}/sub/link")).unwrap();
        }
        let options = SetOptions { links: true, ..options(Spec::plain(Algorithm::Sha256), &roots) };
        let set = FileSet::run(&options, &Unwatched).unwrap();
        let digests: Vec<_> = set.digests().chunks(64).collect();
        for (root, found) in roots.iter().zip(&digests) {
            assert_eq!(*found, digest_with(&options.spec, root.as_bytes()).repeat(2));
        }
        // The last one, which is not held, is another folder later.
        let last = roots.last().unwrap();
        let swap = Between(|| {
            fs::rename(last, folder.0.join("away")).unwrap();
            fs::create_dir_all(format!("{last}/sub")).unwrap();
            fs::write(format!("{last}/sub/file"), "other").unwrap();
        });
        let set = FileSet::run(&SetOptions { links: false, ..options }, &swap).unwrap();
        assert_eq!(set.board.outcomes.last(), Some(&Outcome::Failed(Reason::Changed)));
    }

    #[test]
    fn a_pipe_in_the_place_of_a_large_file_is_no_file() {
        // The small file is done first, and tells it; large files are opened a second time.
        for algorithm in Algorithm::ALL {
            let folder = Folder::new(&format!("pipe-{algorithm:?}"));
            folder.write("small", b"abc");
            let large = folder.write("large", &message(3_000_000));
            let options = options(Spec::plain(algorithm), &[folder.text()]);
            let act = || {
                fs::remove_file(&large).unwrap();
                let made = std::process::Command::new("mkfifo").arg(&large).status().unwrap();
                assert!(made.success());
            };
            let meddler = Meddler::new(3, act);
            let set = FileSet::run(&options, &meddler).unwrap();
            assert_eq!(set.board.outcomes[0], Outcome::Failed(Reason::Special), "{algorithm:?}");
            assert!(matches!(set.board.outcomes[1], Outcome::Hashed { size: 3, .. }));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_target_that_is_no_text_is_a_failure_and_a_sign_for_one_is_text() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let folder = Folder::new("targets");
        symlink(OsStr::from_bytes(b"bad\xff"), folder.0.join("bad")).unwrap();
        symlink("\u{fffd}", folder.0.join("sign")).unwrap();
        let options =
            SetOptions { links: true, ..options(Spec::plain(Algorithm::Sha256), &[folder.text()]) };
        let set = FileSet::run(&options, &Unwatched).unwrap();
        assert_eq!(set.board.outcomes[0], Outcome::Failed(Reason::TargetNotUtf8));
        assert_eq!(&set.digests()[32..], digest_with(&options.spec, "\u{fffd}".as_bytes()));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn pages_of_sysfs_have_digests() {
        let path = "/sys/kernel/mm/transparent_hugepage/enabled".to_owned();
        let Ok(bytes) = fs::read(&path) else { return };
        for algorithm in Algorithm::ALL {
            let options = options(Spec::plain(algorithm), std::slice::from_ref(&path));
            let set = FileSet::run(&options, &Unwatched).unwrap();
            assert_eq!(set.digests(), digest_with(&options.spec, &bytes));
        }
    }
}
