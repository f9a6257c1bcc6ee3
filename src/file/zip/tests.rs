use super::*;

fn sample() -> Vec<u8> {
    let mut archive = Archive::new();
    archive.add(&Part::deflated("a.xml", &b"<a/>".repeat(100)));
    archive.add_deflated("b/c.xml", &b"<c>x</c>".repeat(300));
    archive.add(&Part::stored("d.bin", vec![7; 33]));
    archive.finish()
}

#[test]
fn what_is_written_is_read_back() {
    let entries = read(&sample(), &Limits::WORD).expect("readable");
    let names: Vec<_> = entries.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["a.xml", "b/c.xml", "d.bin"]);
    assert_eq!(entries[0].bytes, b"<a/>".repeat(100));
    assert_eq!(entries[2].bytes, vec![7; 33]);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(sample(), sample());
}

#[test]
fn a_copy_of_a_beginning_is_independent() {
    let mut start = Archive::new();
    start.add(&Part::stored("a", vec![1]));
    let mut one = start.copy_with_room(10);
    one.add(&Part::stored("b", vec![2]));
    assert_eq!(read(&start.finish(), &Limits::WORD).expect("start").len(), 1);
    assert_eq!(read(&one.finish(), &Limits::WORD).expect("one").len(), 2);
}

#[test]
fn odd_archives_are_refused() {
    let one = |name: &str| {
        let mut archive = Archive::new();
        archive.add(&Part::stored(name, vec![1]));
        archive.finish()
    };
    for name in ["../a", "/a", "a/../b", "a\\b", "c:a", "./a", ""] {
        assert_eq!(read(&one(name), &Limits::WORD).err(), Some(BadZip::Name), "{name}");
    }
    let mut twice = Archive::new();
    twice.add(&Part::stored("a", vec![1]));
    twice.add(&Part::stored("A", vec![1]));
    assert_eq!(read(&twice.finish(), &Limits::WORD).err(), Some(BadZip::Duplicate));
    let mut same = Archive::new();
    same.add(&Part::stored("a", vec![1]));
    same.add(&Part::stored("a", vec![1]));
    assert_eq!(read(&same.finish(), &Limits::WORD).err(), Some(BadZip::Duplicate));
}

#[test]
fn bounds_hold() {
    let few = Limits { entries: 2, ..Limits::WORD };
    assert_eq!(read(&sample(), &few).err(), Some(BadZip::TooMany));
    let small = Limits { total: 500, ..Limits::WORD };
    assert_eq!(read(&sample(), &small).err(), Some(BadZip::TooLarge));
    let mut bomb = Archive::new();
    bomb.add(&Part::deflated("z", &vec![0; 8 << 20]));
    assert_eq!(read(&bomb.finish(), &Limits::WORD).err(), Some(BadZip::Bomb));
}

#[test]
fn a_cut_or_changed_archive_is_refused() {
    let whole = sample();
    for cut in [0, 10, whole.len() / 2, whole.len() - 1] {
        assert!(read(&whole[..cut], &Limits::WORD).is_err());
    }
    let mut changed = whole.clone();
    let at = changed.windows(3).position(|w| w == [7, 7, 7]).expect("stored bytes");
    changed[at] = 8;
    assert_eq!(read(&changed, &Limits::WORD).err(), Some(BadZip::Damaged));
}

proptest::proptest! {
    #[test]
    fn reading_never_panics(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200), at in 0usize..400, to: u8) {
        drop(read(&bytes, &Limits::WORD));
        let mut changed = sample();
        let at = at % changed.len();
        changed[at] = to;
        drop(read(&changed, &Limits::WORD));
    }
}
