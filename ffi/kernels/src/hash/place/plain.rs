//! Files by their paths, where the system has no descriptors of folders.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::{Facts, Kind};
use crate::steady::CHANGED;

/// A folder that the caller named.
pub(in crate::hash) struct Root(PathBuf);

/// An entry of a folder.
pub(in crate::hash) struct Entry<'a> {
    pub(in crate::hash) name: &'a [u8],
    pub(in crate::hash) kind: io::Result<Kind>,
}

impl Root {
    pub(in crate::hash) fn new(path: &str, _is_held: bool) -> io::Result<Root> {
        fs::read_dir(path)?;
        Ok(Root(PathBuf::from(path)))
    }

    /// The path, if no part of it below the root is a link.
    fn path_of(&self, path: &str) -> io::Result<PathBuf> {
        let mut whole = self.0.clone();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            whole.push(part);
            if fs::symlink_metadata(&whole)?.is_symlink() {
                return Err(io::Error::other(CHANGED));
            }
        }
        Ok(whole)
    }

    /// Opens a file to read it.
    pub(super) fn open(&self, path: &str) -> io::Result<File> {
        File::open(self.path_of(path)?)
    }

    /// What stands at a path, be it a link.
    pub(super) fn look(&self, path: &str) -> io::Result<Facts> {
        Ok(facts_of(&fs::symlink_metadata(self.0.join(path))?))
    }

    /// The text of a link.
    pub(in crate::hash) fn link_target(&self, path: &str) -> io::Result<Vec<u8>> {
        let folder = self.path_of(path.rsplit_once('/').map_or("", |(folder, _)| folder))?;
        let name = path.rsplit('/').next().unwrap_or(path);
        Ok(fs::read_link(folder.join(name))?.into_os_string().into_encoded_bytes())
    }

    /// Gives the entries of a folder below the root, or of the root for an empty path, in the
    /// system's order.
    pub(in crate::hash) fn each_entry(
        &self,
        path: &str,
        mut take: impl FnMut(Entry<'_>),
    ) -> io::Result<()> {
        for entry in fs::read_dir(self.path_of(path)?)? {
            let entry = entry?;
            let kind = entry.metadata().map(|metadata| facts_of(&metadata).kind);
            take(Entry { name: entry.file_name().as_encoded_bytes(), kind });
        }
        Ok(())
    }
}

impl Facts {
    pub(super) fn of_file(file: &File) -> io::Result<Facts> {
        Ok(facts_of(&file.metadata()?))
    }

    /// Of what a path leads to.
    pub(super) fn of_path(path: &str) -> io::Result<Facts> {
        Ok(facts_of(&fs::metadata(Path::new(path))?))
    }
}

fn facts_of(metadata: &Metadata) -> Facts {
    let nanos = |time: io::Result<std::time::SystemTime>| {
        let since = time.ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        since.map_or(0, |since| since.as_nanos().cast_signed())
    };
    Facts {
        kind: match metadata.file_type() {
            kind if kind.is_file() => Kind::File,
            kind if kind.is_dir() => Kind::Folder,
            kind if kind.is_symlink() => Kind::Link,
            _ => Kind::Special,
        },
        size: metadata.len(),
        is_executable: false,
        written: nanos(metadata.modified()),
        // A file that replaces another was made at another time.
        changed: nanos(metadata.created()),
        device: 0,
        number: 0,
    }
}
