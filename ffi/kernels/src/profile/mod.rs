//! A profile of a CSV or NDJSON input in one pass: type, nulls, distinct values, range, mean,
//! deviation, quantiles, top values and lengths of every column, and the input's digests.
//!
//! Columns are exact while their state fits a limit of memory; then the largest one goes over to
//! sketches. Where that happens depends on rows alone, and every figure is computed by the same
//! operations in the same order as in TypeScript, so both engines print the same report.
//!
//! - `profiler`, `jobs`: chunks to blocks to columns, on all threads.
//! - `columns`, `column`: the rule of memory; the phases of a column.
//! - `texts`, `list`, `rebuild`: exact state.
//! - `finish`, `runs`, `sort`, `keys`: exact figures of that.
//! - `sketch`, `hll`, `kll`, `space_saving`, `moments`, `lanes`: bounded state.
//! - `figures`, `report`: the result and its JSON.

mod column;
mod columns;
mod figures;
mod finish;
mod hll;
mod jobs;
mod keys;
mod kll;
mod lanes;
mod list;
mod moments;
mod options;
mod profiler;
mod rebuild;
mod report;
mod runs;
mod sketch;
mod sort;
mod space_saving;
mod texts;

#[cfg(test)]
mod bench_test;
#[cfg(test)]
mod column_test;
#[cfg(test)]
mod profiler_test;
#[cfg(test)]
mod sketch_test;
#[cfg(test)]
mod testing;

pub use profiler::Profiler;
