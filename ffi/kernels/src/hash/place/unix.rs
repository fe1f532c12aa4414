//! Folders and files by descriptors. A path below a root is one call where the kernel has
//! `openat2` (Linux from 5.6 on), else a call for each of its parts.

use std::ffi::{CStr, CString};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use super::{Facts, Kind};
use crate::steady::CHANGED;

/// Flags that all opening has in common.
const READ: OFlags = OFlags::RDONLY.union(OFlags::CLOEXEC).union(OFlags::NOFOLLOW);
const FOLDER: OFlags = READ.union(OFlags::DIRECTORY);
const FILE: OFlags = READ.union(OFlags::NONBLOCK).union(OFlags::NOCTTY);

/// A folder that the caller named, to which it may be a link.
pub(in crate::hash) enum Root {
    /// What is found below it is below it even if its path leads elsewhere meanwhile.
    Held(OwnedFd),
    /// Of many roots not all are held open; these must be the same whenever they are opened.
    Named { path: String, facts: (u64, u64) },
}

/// An entry of a folder.
pub(in crate::hash) struct Entry<'a> {
    pub(in crate::hash) name: &'a [u8],
    pub(in crate::hash) kind: io::Result<Kind>,
}

impl Root {
    /// The folder at a path, held open or not.
    pub(in crate::hash) fn new(path: &str, is_held: bool) -> io::Result<Root> {
        let folder = open_root(path)?;
        if is_held {
            return Ok(Root::Held(folder));
        }
        Ok(Root::Named { path: path.to_owned(), facts: identity_of(&folder)? })
    }

    fn with<T>(&self, body: impl FnOnce(BorrowedFd<'_>) -> rustix::io::Result<T>) -> io::Result<T> {
        match self {
            Root::Held(folder) => Ok(body(folder.as_fd())?),
            Root::Named { path, facts } => {
                let folder = open_root(path)?;
                if identity_of(&folder)? != *facts {
                    return Err(io::Error::other(CHANGED));
                }
                Ok(body(folder.as_fd())?)
            }
        }
    }

    /// Opens a file to read it; a pipe's writer is not waited for.
    pub(super) fn open(&self, path: &str) -> io::Result<File> {
        self.with(|root| Ok(open_below(root, path, FILE)?.into()))
    }

    /// What stands at a path, be it a link.
    pub(super) fn look(&self, path: &str) -> io::Result<Facts> {
        self.with(|root| Ok(facts_of(&rustix::fs::statat(root, path, AtFlags::SYMLINK_NOFOLLOW)?)))
    }

    /// The text of a link.
    pub(in crate::hash) fn link_target(&self, path: &str) -> io::Result<Vec<u8>> {
        self.with(|root| {
            let Some((folder, name)) = path.rsplit_once('/') else {
                return rustix::fs::readlinkat(root, path, Vec::new());
            };
            let folder = open_below(root, folder, FOLDER)?;
            rustix::fs::readlinkat(folder, name, Vec::new())
        })
        .map(CString::into_bytes)
    }

    /// Gives the entries of a folder below the root, or of the root for an empty path, in the
    /// system's order.
    pub(in crate::hash) fn each_entry(
        &self,
        path: &str,
        mut take: impl FnMut(Entry<'_>),
    ) -> io::Result<()> {
        let folder = self.listable(path)?;
        each_entry(folder.as_fd(), |name, kind| {
            let name_bytes = name.to_bytes();
            if name_bytes == b"." || name_bytes == b".." {
                return;
            }
            let kind = match kind {
                // Some file systems do not tell it in their lists.
                FileType::Unknown => rustix::fs::statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW)
                    .map(|stat| facts_of(&stat).kind)
                    .map_err(Into::into),
                kind => Ok(kind_of(kind)),
            };
            take(Entry { name: name_bytes, kind });
        })?;
        Ok(())
    }

    /// A folder to be listed, from its begin. The root itself is not looked up in itself, which
    /// takes the right to search it: to list it takes the right to read it.
    fn listable(&self, path: &str) -> io::Result<OwnedFd> {
        if !path.is_empty() {
            return self.with(|root| open_below(root, path, FOLDER));
        }
        let root = self.with(|root| rustix::io::fcntl_dupfd_cloexec(root, 0))?;
        rustix::fs::seek(&root, rustix::fs::SeekFrom::Start(0))?;
        Ok(root)
    }
}

fn open_root(path: &str) -> rustix::io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::DIRECTORY;
    rustix::fs::openat(CWD, path, flags, Mode::empty())
}

/// What tells a folder from every other.
fn identity_of(folder: &OwnedFd) -> rustix::io::Result<(u64, u64)> {
    let Facts { device, number, .. } = facts_of(&rustix::fs::fstat(folder)?);
    Ok((device, number))
}

#[cfg(target_os = "linux")]
fn each_entry(
    folder: BorrowedFd<'_>,
    mut take: impl FnMut(&CStr, FileType),
) -> rustix::io::Result<()> {
    let mut buffer = Vec::with_capacity(32 << 10);
    let mut list = rustix::fs::RawDir::new(folder, buffer.spare_capacity_mut());
    while let Some(entry) = list.next() {
        let entry = entry?;
        take(entry.file_name(), entry.file_type());
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn each_entry(
    folder: BorrowedFd<'_>,
    mut take: impl FnMut(&CStr, FileType),
) -> rustix::io::Result<()> {
    for entry in rustix::fs::Dir::read_from(folder)? {
        let entry = entry?;
        take(entry.file_name(), entry.file_type());
    }
    Ok(())
}

/// Opens a path below a folder. It fails where a part of it is a link.
#[cfg(target_os = "linux")]
fn open_below(root: BorrowedFd<'_>, path: &str, flags: OFlags) -> rustix::io::Result<OwnedFd> {
    use rustix::fs::ResolveFlags;
    let resolve = ResolveFlags::NO_SYMLINKS | ResolveFlags::BENEATH;
    match rustix::fs::openat2(root, path, flags, Mode::empty(), resolve) {
        // Old kernels do not have it, and some sandboxes refuse what they do not know.
        Err(Errno::NOSYS | Errno::PERM) => open_by_parts(root, path, flags),
        result => result,
    }
}

#[cfg(not(target_os = "linux"))]
fn open_below(root: BorrowedFd<'_>, path: &str, flags: OFlags) -> rustix::io::Result<OwnedFd> {
    open_by_parts(root, path, flags)
}

/// The same by opening each folder on the way.
fn open_by_parts(root: BorrowedFd<'_>, path: &str, flags: OFlags) -> rustix::io::Result<OwnedFd> {
    let mut parts = path.split('/');
    let mut name = parts.next().ok_or(Errno::NOENT)?;
    let mut folder: Option<OwnedFd> = None;
    for next in parts {
        let above = folder.as_ref().map_or(root, AsFd::as_fd);
        folder = Some(rustix::fs::openat(above, name, FOLDER, Mode::empty())?);
        name = next;
    }
    let above = folder.as_ref().map_or(root, AsFd::as_fd);
    rustix::fs::openat(above, name, flags, Mode::empty())
}

impl Facts {
    pub(super) fn of_file(file: &File) -> io::Result<Facts> {
        Ok(facts_of(&rustix::fs::fstat(file)?))
    }

    /// Of what a path leads to.
    pub(super) fn of_path(path: &str) -> io::Result<Facts> {
        Ok(facts_of(&rustix::fs::stat(path)?))
    }
}

// The types of these numbers differ from system to system.
#[allow(clippy::unnecessary_cast, clippy::cast_lossless)]
fn facts_of(stat: &Stat) -> Facts {
    let nanos = |seconds: i128, nanos: i128| seconds * 1_000_000_000 + nanos;
    Facts {
        kind: kind_of(FileType::from_raw_mode(stat.st_mode)),
        size: stat.st_size as u64,
        is_executable: stat.st_mode & 0o111 != 0,
        written: nanos(stat.st_mtime as i128, stat.st_mtime_nsec as i128),
        changed: nanos(stat.st_ctime as i128, stat.st_ctime_nsec as i128),
        device: stat.st_dev as u64,
        number: stat.st_ino as u64,
    }
}

fn kind_of(kind: FileType) -> Kind {
    match kind {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Folder,
        FileType::Symlink => Kind::Link,
        _ => Kind::Special,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;
    use std::os::unix::fs::symlink;

    use super::*;

    /// Both ways must refuse the same.
    #[test]
    fn a_path_by_its_parts_is_the_path_at_once() {
        let folder = std::env::temp_dir().join(format!("fastpath-place-{}", std::process::id()));
        fs::create_dir_all(folder.join("a/b")).unwrap();
        fs::write(folder.join("a/b/file"), b"abc").unwrap();
        symlink("a", folder.join("link")).unwrap();
        symlink("file", folder.join("a/b/link")).unwrap();
        let root = open_root(folder.to_str().unwrap()).unwrap();
        for open in [open_below, open_by_parts] {
            let mut text = String::new();
            let file = open(root.as_fd(), "a/b/file", FILE).unwrap();
            File::from(file).read_to_string(&mut text).unwrap();
            assert_eq!(text, "abc");
            assert!(open(root.as_fd(), "a/b", FOLDER).is_ok());
            for refused in ["a/b/link", "link/b/file", "a/c/file", "a/b/file/d", "a/b/none"] {
                assert!(open(root.as_fd(), refused, FILE).is_err(), "{refused}");
            }
            assert!(open(root.as_fd(), "link", FOLDER).is_err());
        }
        fs::remove_dir_all(folder).unwrap();
    }
}
