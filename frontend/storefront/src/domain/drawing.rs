//! A picture for a product that has none: shapes that follow from its name, so that it is always the same.

/// The parts of a drawing, in a square of 100.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// One of the palettes of the style sheet.
    pub palette: u8,
    /// Circles: x, y, radius.
    pub circles: Vec<(u8, u8, u8)>,
    /// The first letter of the name.
    pub letter: char,
}

/// How many palettes the style sheet has.
pub const PALETTES: u8 = 6;

/// The drawing of a name.
#[must_use]
pub fn drawing(name: &str) -> Drawing {
    // FNV-1a, then a step of a linear generator for each number.
    let mut state = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut next = |below: u8| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u8::try_from((state >> 33).checked_rem(u64::from(below)).unwrap_or(0)).unwrap_or(0)
    };
    let palette = next(PALETTES);
    let circles = (0..3).map(|_| (next(100), next(100), next(28).saturating_add(18))).collect();
    let letter =
        name.chars().find(|c| c.is_alphanumeric()).map_or('•', |c| c.to_uppercase().next().unwrap_or(c));
    Drawing { palette, circles, letter }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_drawing_within_its_square() {
        for name in ["Enamel Mug", "", "日本", "<b>", "ß"] {
            let made = drawing(name);
            assert_eq!(made, drawing(name));
            assert!(made.palette < PALETTES && made.circles.len() == 3);
        }
        assert_ne!(drawing("Enamel Mug"), drawing("Wool Blanket"));
    }
}
