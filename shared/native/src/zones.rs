//! The rules of time zones, from the IANA database that `jiff` contains.

use kernel::{TimeZone, Timestamp};

/// How far the clocks of a zone are ahead of UTC at a time; none for a zone that the database does not have.
#[must_use]
pub fn utc_offset_seconds(zone: &TimeZone, at: Timestamp) -> Option<i32> {
    let zone = jiff::tz::TimeZone::get(zone.as_str()).ok()?;
    let at = jiff::Timestamp::from_millisecond(at.unix_ms()).ok()?;
    Some(zone.to_offset(at).seconds())
}

#[cfg(test)]
mod tests {
    use kernel::LocalTime;

    use super::*;

    fn day(zone: &str, at: &str) -> String {
        let (zone, at) = (TimeZone::parse(zone).unwrap(), Timestamp::parse(at).unwrap());
        LocalTime::new(at, utc_offset_seconds(&zone, at).unwrap()).to_string()
    }

    #[test]
    fn days_begin_and_end_with_the_clocks_of_their_zone() {
        for (zone, at, shown) in [
            ("UTC", "2026-10-31T23:59:59Z", "2026-10-31 23:59 UTC"),
            ("Europe/Athens", "2026-10-31T22:30:00Z", "2026-11-01 00:30 +02:00"),
            ("Asia/Kolkata", "2026-10-31T18:29:59Z", "2026-10-31 23:59 +05:30"),
            ("Asia/Kolkata", "2026-10-31T18:30:00Z", "2026-11-01 00:00 +05:30"),
            ("Asia/Kathmandu", "2026-10-31T18:15:00Z", "2026-11-01 00:00 +05:45"),
            ("America/St_Johns", "2026-11-01T02:29:59Z", "2026-10-31 23:59 -02:30"),
            ("America/St_Johns", "2026-11-02T03:29:59Z", "2026-11-01 23:59 -03:30"),
            // Lord Howe changes its clocks by half an hour, at half past an hour of UTC.
            ("Australia/Lord_Howe", "2026-10-03T15:29:59Z", "2026-10-04 01:59 +10:30"),
            ("Australia/Lord_Howe", "2026-10-03T15:30:00Z", "2026-10-04 02:30 +11:00"),
            ("Pacific/Kiritimati", "2026-10-31T10:00:00Z", "2026-11-01 00:00 +14:00"),
        ] {
            assert_eq!(day(zone, at), shown, "{zone} {at}");
        }
        assert_eq!(
            utc_offset_seconds(&TimeZone::parse("Mars/Olympus").unwrap(), Timestamp::from_unix_ms(0)),
            None
        );
    }

    #[test]
    fn a_day_has_23_or_25_hours_when_the_clocks_change() {
        for (zone, day, hours) in [
            ("Europe/Berlin", "2026-03-29", 23),
            ("Europe/Berlin", "2026-10-25", 25),
            ("Europe/Berlin", "2026-07-01", 24),
            ("America/New_York", "2026-03-08", 23),
            ("America/New_York", "2026-11-01", 25),
        ] {
            let zone = TimeZone::parse(zone).unwrap();
            let wanted = kernel::Date::parse(day).unwrap();
            // Every quarter of an hour around the day.
            let quarters = (-4 * 24..4 * 48).map(|quarter| wanted.start().plus_seconds(quarter * 900));
            let within = quarters
                .filter(|at| LocalTime::new(*at, utc_offset_seconds(&zone, *at).unwrap()).date() == wanted);
            assert_eq!(within.count(), hours * 4, "{zone} {day}");
        }
    }
}
