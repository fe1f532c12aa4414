//! Files of a SQL schema: read, digested and checked. Which files and in which order, and putting
//! them together, is the caller's business.

mod lexer;
mod marks;
mod psql;
mod scan;

#[cfg(test)]
mod tests;

pub use lexer::{SqlFault, SqlParts, scan_sql};
pub use marks::Include;
pub use scan::{Scan, ScannedFile, Status};
