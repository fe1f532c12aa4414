//! Space-Saving: the most frequent texts of a stream in 256 counters (Metwally, Agrawal and
//! El Abbadi 2005). `count - error` of a counter is a lower bound of its text's count.

use super::lanes::Lanes;

/// Counters.
pub const COUNTERS: usize = 256;
/// Four slots per counter keep probe chains short.
const SLOTS: usize = 4 * COUNTERS;
const NONE: u16 = u16::MAX;

struct Counter {
    key: Lanes,
    text: Vec<u8>,
    error: u64,
    bucket: u16,
    /// Neighbours in the bucket, the one that came first first.
    before: u16,
    after: u16,
}

/// Counters of one count, in the order in which they reached it.
#[derive(Clone, Copy)]
struct Bucket {
    count: u64,
    first: u16,
    last: u16,
    /// Buckets of the next lower and next higher count.
    lower: u16,
    higher: u16,
}

/// The counters, in buckets by count so that the smallest is at hand.
pub struct SpaceSaving {
    counters: Vec<Counter>,
    buckets: Vec<Bucket>,
    free_buckets: Vec<u16>,
    lowest: u16,
    /// Open addressing: number of a counter, or NONE.
    slots: Vec<u16>,
}

impl SpaceSaving {
    /// Counters of nothing.
    pub fn new() -> SpaceSaving {
        SpaceSaving {
            counters: Vec::with_capacity(COUNTERS),
            buckets: Vec::new(),
            free_buckets: Vec::new(),
            lowest: NONE,
            slots: vec![NONE; SLOTS],
        }
    }

    /// Puts in texts with known counts, the highest count first; at most [`COUNTERS`].
    pub fn seed<'a>(&mut self, texts: impl Iterator<Item = (&'a [u8], Lanes, u64)>) {
        for (text, key, count) in texts {
            if self.counters.len() == COUNTERS || self.find(key).is_some() {
                continue;
            }
            let counter = self.new_counter(key, text);
            // Counts fall, so each belongs to the lowest bucket or to one below it.
            if self.lowest == NONE || self.buckets[usize::from(self.lowest)].count != count {
                self.new_bucket(count, NONE, self.lowest);
            }
            self.append(self.lowest, counter);
        }
    }

    /// Counts a text once.
    #[inline]
    pub fn add(&mut self, text: &[u8], key: Lanes) {
        if let Some(slot) = self.find(key) {
            self.raise(self.slots[slot]);
        } else if self.counters.len() < COUNTERS {
            let counter = self.new_counter(key, text);
            if self.lowest == NONE || self.buckets[usize::from(self.lowest)].count != 1 {
                self.new_bucket(1, NONE, self.lowest);
            }
            self.append(self.lowest, counter);
        } else {
            self.replace(text, key);
        }
    }

    /// Texts with their lower bounds.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], u64)> {
        self.counters.iter().map(|counter| {
            let count = self.buckets[usize::from(counter.bucket)].count;
            (counter.text.as_slice(), count - counter.error)
        })
    }

    fn replace(&mut self, text: &[u8], key: Lanes) {
        let bucket = self.buckets[usize::from(self.lowest)];
        let number = bucket.first;
        let old = self.counters[usize::from(number)].key;
        if let Some(slot) = self.find(old) {
            self.vacate(slot);
        }
        let counter = &mut self.counters[usize::from(number)];
        counter.key = key;
        counter.error = bucket.count;
        counter.text.clear();
        counter.text.extend_from_slice(text);
        self.occupy(key, number);
        self.raise(number);
    }

    fn new_counter(&mut self, key: Lanes, text: &[u8]) -> u16 {
        let number = self.counters.len() as u16;
        let text = text.to_vec();
        self.counters.push(Counter {
            key,
            text,
            error: 0,
            bucket: NONE,
            before: NONE,
            after: NONE,
        });
        self.occupy(key, number);
        number
    }

    /// Moves a counter to the bucket of the next higher number.
    fn raise(&mut self, number: u16) {
        let from = self.counters[usize::from(number)].bucket;
        let bucket = self.buckets[usize::from(from)];
        let count = bucket.count + 1;
        let fits = |higher: u16| self.buckets[usize::from(higher)].count == count;
        let next_fits = bucket.higher != NONE && fits(bucket.higher);
        if !next_fits && bucket.first == bucket.last {
            // Alone in its bucket, and the next count is free: the bucket itself moves up.
            self.buckets[usize::from(from)].count = count;
            return;
        }
        let to =
            if next_fits { bucket.higher } else { self.new_bucket(count, from, bucket.higher) };
        self.take_out(number);
        self.append(to, number);
    }

    fn append(&mut self, bucket: u16, number: u16) {
        let last = self.buckets[usize::from(bucket)].last;
        let counter = &mut self.counters[usize::from(number)];
        counter.bucket = bucket;
        counter.before = last;
        counter.after = NONE;
        if last == NONE {
            self.buckets[usize::from(bucket)].first = number;
        } else {
            self.counters[usize::from(last)].after = number;
        }
        self.buckets[usize::from(bucket)].last = number;
    }

    fn take_out(&mut self, number: u16) {
        let Counter { bucket, before, after, .. } = self.counters[usize::from(number)];
        if before == NONE {
            self.buckets[usize::from(bucket)].first = after;
        } else {
            self.counters[usize::from(before)].after = after;
        }
        if after == NONE {
            self.buckets[usize::from(bucket)].last = before;
        } else {
            self.counters[usize::from(after)].before = before;
        }
        if before == NONE && after == NONE {
            self.drop_bucket(bucket);
        }
    }

    /// A bucket between two neighbours.
    fn new_bucket(&mut self, count: u64, lower: u16, higher: u16) -> u16 {
        let bucket = Bucket { count, first: NONE, last: NONE, lower, higher };
        let number = match self.free_buckets.pop() {
            Some(number) => {
                self.buckets[usize::from(number)] = bucket;
                number
            }
            None => {
                self.buckets.push(bucket);
                (self.buckets.len() - 1) as u16
            }
        };
        self.link(lower, number);
        if higher != NONE {
            self.buckets[usize::from(higher)].lower = number;
        }
        number
    }

    fn drop_bucket(&mut self, number: u16) {
        let Bucket { lower, higher, .. } = self.buckets[usize::from(number)];
        self.link(lower, higher);
        if higher != NONE {
            self.buckets[usize::from(higher)].lower = lower;
        }
        self.free_buckets.push(number);
    }

    fn link(&mut self, lower: u16, number: u16) {
        if lower == NONE {
            self.lowest = number;
        } else {
            self.buckets[usize::from(lower)].higher = number;
        }
    }

    #[inline(always)]
    fn find(&self, key: Lanes) -> Option<usize> {
        let mut slot = home(key);
        while self.slots[slot] != NONE {
            if self.counters[usize::from(self.slots[slot])].key == key {
                return Some(slot);
            }
            slot = (slot + 1) % SLOTS;
        }
        None
    }

    fn occupy(&mut self, key: Lanes, number: u16) {
        let mut slot = home(key);
        while self.slots[slot] != NONE {
            slot = (slot + 1) % SLOTS;
        }
        self.slots[slot] = number;
    }

    /// Empties a slot and moves up what only stood behind it because it was taken.
    fn vacate(&mut self, mut hole: usize) {
        let mut slot = hole;
        loop {
            slot = (slot + 1) % SLOTS;
            let number = self.slots[slot];
            if number == NONE {
                break;
            }
            let distance = |from: usize| (slot + SLOTS - from) % SLOTS;
            if distance(home(self.counters[usize::from(number)].key)) >= distance(hole) {
                self.slots[hole] = number;
                hole = slot;
            }
        }
        self.slots[hole] = NONE;
    }
}

#[inline(always)]
fn home(key: Lanes) -> usize {
    key.0 as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use super::super::lanes::hash;
    use super::super::testing::Random;
    use super::*;

    /// The definition, without any index: (key, text, count, error, when the count was reached).
    #[derive(Default)]
    struct Naive {
        counters: Vec<(Lanes, Vec<u8>, u64, u64, u64)>,
        now: u64,
    }

    impl Naive {
        fn add(&mut self, text: &[u8], key: Lanes) {
            self.now += 1;
            if let Some(known) = self.counters.iter_mut().find(|counter| counter.0 == key) {
                known.2 += 1;
                known.4 = self.now;
            } else if self.counters.len() < COUNTERS {
                self.counters.push((key, text.to_vec(), 1, 0, self.now));
            } else {
                let least = self.counters.iter_mut().min_by_key(|counter| (counter.2, counter.4));
                let least = least.unwrap();
                *least = (key, text.to_vec(), least.2 + 1, least.2, self.now);
            }
        }

        fn sorted(&self) -> Vec<(Vec<u8>, u64)> {
            let mut all: Vec<_> = self.counters.iter().map(|c| (c.1.clone(), c.2 - c.3)).collect();
            all.sort();
            all
        }
    }

    fn sorted(saving: &SpaceSaving) -> Vec<(Vec<u8>, u64)> {
        let mut all: Vec<_> = saving.iter().map(|(text, low)| (text.to_vec(), low)).collect();
        all.sort();
        all
    }

    #[test]
    fn add_does_what_the_definition_says() {
        let mut random = Random::new(13);
        for spread in [10, 255, 257, 400, 5000] {
            let mut saving = SpaceSaving::new();
            let mut naive = Naive::default();
            for _ in 0..20_000 {
                // The product of two draws makes small numbers frequent.
                let number = random.next() % spread * (random.next() % spread) / spread;
                let text = number.to_string();
                saving.add(text.as_bytes(), hash(text.as_bytes()));
                naive.add(text.as_bytes(), hash(text.as_bytes()));
            }
            assert!(sorted(&saving) == naive.sorted(), "spread {spread}");
        }
    }

    #[test]
    fn seed_keeps_counts_and_the_order_among_equals() {
        let mut saving = SpaceSaving::new();
        let mut naive = Naive::default();
        let texts: Vec<(String, u64)> =
            (0..COUNTERS as u64).map(|i| (format!("t{i:03}"), 400 - i / 3)).collect();
        saving.seed(texts.iter().map(|(text, n)| (text.as_bytes(), hash(text.as_bytes()), *n)));
        for (text, count) in &texts {
            naive.now += 1;
            let key = hash(text.as_bytes());
            naive.counters.push((key, text.clone().into_bytes(), *count, 0, naive.now));
        }
        assert!(sorted(&saving) == naive.sorted());
        let mut random = Random::new(17);
        for _ in 0..5_000 {
            let text = format!("t{:03}", random.next() % 300);
            saving.add(text.as_bytes(), hash(text.as_bytes()));
            naive.add(text.as_bytes(), hash(text.as_bytes()));
        }
        assert!(sorted(&saving) == naive.sorted());
    }
}
