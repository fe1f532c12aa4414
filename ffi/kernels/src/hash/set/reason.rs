//! Why a file has no digest, in numbers that are the same on every system; the words are made in
//! TypeScript.

use std::io;

/// Why a file has no digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(unix), expect(dead_code, reason = "no numbers of errors are known there"))]
pub(in crate::hash) enum Reason {
    /// What the system said, by its number.
    System(i32),
    NotFound,
    Denied,
    Directory,
    NotADirectory,
    LinkLoop,
    NameTooLong,
    TooManyOpen,
    ReadError,
    Changed,
    Special,
    NotUtf8,
    TargetNotUtf8,
}

impl Reason {
    /// The reason in an error of the system.
    pub(super) fn of(error: &io::Error) -> Reason {
        match error.kind() {
            io::ErrorKind::NotFound => return Reason::NotFound,
            io::ErrorKind::PermissionDenied => return Reason::Denied,
            io::ErrorKind::IsADirectory => return Reason::Directory,
            io::ErrorKind::NotADirectory => return Reason::NotADirectory,
            _ => {}
        }
        // Where the system says nothing, we found that the file has changed.
        error.raw_os_error().map_or(Reason::Changed, Reason::of_code)
    }

    /// The reason in an error about what a walk has found, which was no link and lay in no link.
    pub(super) fn of_found(error: &io::Error) -> Reason {
        match Reason::of(error) {
            Reason::LinkLoop | Reason::NotADirectory => Reason::Changed,
            reason => reason,
        }
    }

    #[cfg(unix)]
    fn of_code(code: i32) -> Reason {
        match code {
            libc::ELOOP => Reason::LinkLoop,
            libc::ENAMETOOLONG => Reason::NameTooLong,
            libc::EMFILE | libc::ENFILE => Reason::TooManyOpen,
            libc::EIO => Reason::ReadError,
            // A socket cannot be opened.
            libc::ENXIO => Reason::Special,
            code => Reason::System(code),
        }
    }

    #[cfg(not(unix))]
    fn of_code(code: i32) -> Reason {
        Reason::System(code)
    }

    /// The reason in the words of an error of the system.
    pub(super) fn of_words(words: &str) -> Reason {
        let code = words.rsplit_once("(os error ").and_then(|(_, end)| end.split(')').next());
        match code.and_then(|code| code.parse().ok()) {
            Some(code) => Reason::of(&io::Error::from_raw_os_error(code)),
            None => Reason::Changed,
        }
    }

    /// Its number at the boundary; `src/hash/_failures.ts` holds the same. 0 and 1 are a file
    /// and a link that are hashed.
    pub(super) fn state(self) -> u8 {
        match self {
            Reason::System(_) => 10,
            Reason::NotFound => 11,
            Reason::Denied => 12,
            Reason::Directory => 13,
            Reason::NotADirectory => 14,
            Reason::LinkLoop => 15,
            Reason::NameTooLong => 16,
            Reason::TooManyOpen => 17,
            Reason::ReadError => 18,
            Reason::Changed => 20,
            Reason::Special => 21,
            Reason::NotUtf8 => 22,
            Reason::TargetNotUtf8 => 23,
        }
    }

    /// The system's number, where there is no reason of our own.
    pub(super) fn number(self) -> u32 {
        if let Reason::System(code) = self { code.unsigned_abs() } else { 0 }
    }
}
