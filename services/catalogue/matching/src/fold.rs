//! Characters as they are compared: lower case, without accents, trade marks and typographic signs.

/// Adds the folded form of a character. Latin letters lose their accents, signs that mean something become words or ASCII,
/// letters of other scripts stay, everything else parts words.
fn push(c: char, to: &mut String) {
    match c {
        'a'..='z' | '0'..='9' | '-' | '.' | '/' | '%' | '\'' | ',' | '&' => to.push(c),
        'A'..='Z' => to.push(c.to_ascii_lowercase()),
        '×' => to.push('x'),
        '’' | '‘' | '´' | '`' => to.push('\''),
        '–' | '—' | '‐' | '‑' | '−' => to.push('-'),
        '½' => to.push_str(" 1/2 "),
        '¼' => to.push_str(" 1/4 "),
        '¾' => to.push_str(" 3/4 "),
        'ß' => to.push_str("ss"),
        'æ' | 'Æ' => to.push_str("ae"),
        'œ' | 'Œ' => to.push_str("oe"),
        'à'..='å' | 'À'..='Å' => to.push('a'),
        'ç' | 'Ç' => to.push('c'),
        'è'..='ë' | 'È'..='Ë' => to.push('e'),
        'ì'..='ï' | 'Ì'..='Ï' => to.push('i'),
        'ñ' | 'Ñ' => to.push('n'),
        'ò'..='ö' | 'ø' | 'Ò'..='Ö' | 'Ø' => to.push('o'),
        'ù'..='ü' | 'Ù'..='Ü' | 'µ' | 'μ' => to.push('u'),
        'ý' | 'ÿ' | 'Ý' => to.push('y'),
        '®' | '™' | '©' | '\u{ad}' => {}
        '"' | '”' | '“' | '″' => to.push_str(" inch "),
        _ if c.is_alphanumeric() => to.extend(c.to_lowercase()),
        _ => to.push(' '),
    }
}

/// A text as it is compared. A double quote stands for inches only right after a figure.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for c in text.chars() {
        let quote = matches!(c, '"' | '”' | '“' | '″');
        if quote && !before.is_ascii_digit() {
            folded.push(' ');
        } else {
            push(c, &mut folded);
        }
        before = c;
    }
    folded
}

/// A code as it is compared: letters and digits only.
pub(crate) fn plain_code(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Hash of a text, the same on every machine and in every run: FNV-1a with a last mix, so that low bits are as good as high ones.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        state = (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    mix(state)
}

/// Mixes the bits of a number, one to one.
pub(crate) fn mix(mut state: u64) -> u64 {
    state = (state ^ (state >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    state = (state ^ (state >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    state ^ (state >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_keeps_what_means_something() {
        assert_eq!(fold("Sténose® 10×10 ½\u{201d}"), "stenose 10x10  1/2  ");
        assert_eq!(fold("21\" \"TV\""), "21 inch   tv ");
        assert_eq!(plain_code("KX-TS 208/W"), "kxts208w");
    }
}
