//! Finds the files of a set: roots as they are, folders on several threads. Links are not
//! followed. The kind comes with a folder's listing, so that no file is looked at twice.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Condvar, Mutex};
use std::thread;

use super::reason::Reason;
use super::{SetOptions, lock};
use crate::control::Control;
use crate::fault::Error;

/// Folders in the queue from which more threads help.
const PARALLEL_FOLDERS: usize = 4;

/// What a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Named by the caller: opened as it is, through links.
    Given,
    /// A regular file of a walk.
    File,
    /// A link of a walk, hashed by its target's text.
    Link,
    Failed(Reason),
}

/// A path of the set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The root as given, `/`, and the path below it.
    pub(super) path: String,
    pub(super) kind: Kind,
}

/// Everything that the roots name, by the bytes of the paths; what comes twice is there once.
pub(super) fn walk(
    options: &SetOptions,
    threads: usize,
    control: &dyn Control,
) -> Result<Vec<Found>, Error> {
    let mut found = Vec::new();
    found.try_reserve(options.roots.len())?;
    let mut folders = Vec::new();
    for root in &options.roots {
        if options.walks && fs::metadata(root).is_ok_and(|metadata| metadata.is_dir()) {
            folders.push(root.clone());
        } else {
            found.push(Found { path: root.clone(), kind: Kind::Given });
        }
    }
    if !folders.is_empty() {
        let mut groups = Walk::new(options, control).run(folders, threads)?;
        // Folder after folder: what comes out is in order already, or nearly.
        groups.sort_by(|a, b| a.first().map(|one| &one.path).cmp(&b.first().map(|one| &one.path)));
        found.try_reserve(groups.iter().map(Vec::len).sum())?;
        groups.into_iter().for_each(|group| found.extend(group));
    }
    // Of two of one path the file comes before the failure.
    let rank =
        |found: &Found| if let Kind::Failed(reason) = found.kind { reason.state() } else { 0 };
    // The stable sort is quick where much is in order.
    found.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| rank(a).cmp(&rank(b))));
    found.dedup_by(|next, kept| next.path == kept.path && rank(next) == rank(kept));
    Ok(found)
}

/// A walk under way.
struct Walk<'a> {
    options: &'a SetOptions,
    control: &'a dyn Control,
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    folders: Vec<String>,
    /// Threads that are reading a folder and may add some.
    busy: usize,
    stopped: bool,
}

impl<'a> Walk<'a> {
    fn new(options: &'a SetOptions, control: &'a dyn Control) -> Walk<'a> {
        Walk { options, control, queue: Mutex::default(), changed: Condvar::new() }
    }

    /// What lies in the folders and below them, in groups, each sorted.
    fn run(&self, mut folders: Vec<String>, threads: usize) -> Result<Vec<Vec<Found>>, Error> {
        let mut found = Vec::new();
        // A small tree is done before a thread has started.
        while let Some(folder) = folders.pop() {
            if self.control.cancelled() {
                return Err(Error::Cancelled);
            }
            found.push(self.list(&folder, &mut folders));
            if folders.len() >= PARALLEL_FOLDERS && threads > 1 {
                break;
            }
        }
        if folders.is_empty() {
            return Ok(found);
        }
        lock(&self.queue).folders = folders;
        thread::scope(|scope| {
            let started: Vec<_> = (1..threads)
                .map_while(|_| thread::Builder::new().spawn_scoped(scope, || self.work()).ok())
                .collect();
            found.append(&mut self.work());
            for helper in started {
                match helper.join() {
                    Ok(mut part) => found.append(&mut part),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
        });
        if self.control.cancelled() { Err(Error::Cancelled) } else { Ok(found) }
    }

    /// One thread's share: takes folders until none is left and nobody may add one.
    fn work(&self) -> Vec<Vec<Found>> {
        let mut found = Vec::new();
        let mut below = Vec::new();
        let mut queue = lock(&self.queue);
        loop {
            if queue.stopped || self.control.cancelled() {
                queue.stopped = true;
                break;
            }
            let Some(folder) = queue.folders.pop() else {
                if queue.busy == 0 {
                    break;
                }
                queue = self.changed.wait(queue).unwrap_or_else(|poison| poison.into_inner());
                continue;
            };
            queue.busy += 1;
            drop(queue);
            let working = Working(self);
            found.push(self.list(&folder, &mut below));
            queue = lock(&self.queue);
            queue.folders.append(&mut below);
            drop(queue);
            drop(working);
            queue = lock(&self.queue);
        }
        drop(queue);
        self.changed.notify_all();
        found
    }

    /// Lists one folder, by the names of what is in it.
    fn list(&self, folder: &str, below: &mut Vec<String>) -> Vec<Found> {
        let mut found = Vec::new();
        self.list_unsorted(folder, &mut found, below);
        found.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        found
    }

    fn list_unsorted(&self, folder: &str, found: &mut Vec<Found>, below: &mut Vec<String>) {
        let mut failed = |path: String, error: &io::Error| {
            found.push(Found { path, kind: Kind::Failed(Reason::of(error)) });
        };
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return failed(folder.to_owned(), &error),
        };
        let base = if folder.ends_with('/') { folder } else { &format!("{folder}/") };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let reason = Reason::of(&error);
                    found.push(Found { path: folder.to_owned(), kind: Kind::Failed(reason) });
                    break;
                }
            };
            let name = entry.file_name();
            let path = join(base, &name);
            if name.to_str().is_none() {
                found.push(Found { path, kind: Kind::Failed(Reason::NotUtf8) });
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => below.push(path),
                Ok(kind) if kind.is_file() => found.push(Found { path, kind: Kind::File }),
                Ok(kind) if kind.is_symlink() => {
                    if self.options.links {
                        found.push(Found { path, kind: Kind::Link });
                    }
                }
                Ok(_) if self.options.skips_special => {}
                Ok(_) => found.push(Found { path, kind: Kind::Failed(Reason::Special) }),
                Err(error) => {
                    found.push(Found { path, kind: Kind::Failed(Reason::of(&error)) });
                }
            }
        }
    }
}

/// A thread that is reading a folder; the others wait for what it may add, even if it panics.
struct Working<'a, 'b>(&'a Walk<'b>);

impl Drop for Working<'_, '_> {
    fn drop(&mut self) {
        lock(&self.0.queue).busy -= 1;
        self.0.changed.notify_all();
    }
}

fn join(base: &str, name: &OsStr) -> String {
    let name = name.to_string_lossy();
    let mut path = String::with_capacity(base.len() + name.len());
    path.push_str(base);
    path.push_str(&name);
    path
}

/// The text of a link's target, which is hashed instead of what it points to.
pub(super) fn link_target(path: &str) -> Result<Vec<u8>, Reason> {
    let target = fs::read_link(Path::new(path)).map_err(|error| Reason::of(&error))?;
    match target.into_os_string().into_string() {
        Ok(text) => Ok(text.into_bytes()),
        Err(_) => Err(Reason::NotUtf8),
    }
}
