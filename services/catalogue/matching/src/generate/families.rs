//! Kinds of medical consumables that made-up products are of.

/// A kind of consumable.
#[derive(Debug)]
pub(super) struct Family {
    /// What it is called.
    pub(super) noun: &'static str,
    /// What some organisations call it instead.
    pub(super) other: &'static str,
    /// Groups of qualifiers; a product has one of each group, and an empty one is not said.
    pub(super) qualifiers: &'static [&'static [&'static str]],
    /// Sizes: figures with units, `|` between dimensions, `=` before a size by letters.
    pub(super) sizes: &'static [&'static str],
    /// Pieces in a pack, the usual one first.
    pub(super) packs: &'static [u32],
    /// Price of a piece in pence, from and to.
    pub(super) pence: (i64, i64),
}

const STERILE: &[&str] = &["sterile", "non-sterile"];
const LETTERS: &[&str] = &["=XS", "=S", "=M", "=L", "=XL"];
const FRENCH: &[&str] = &["8 ch", "10 ch", "12 ch", "14 ch", "16 ch", "18 ch", "20 ch"];
const SQUARES: &[&str] = &[
    "5 cm|5 cm",
    "7.5 cm|7.5 cm",
    "10 cm|10 cm",
    "10 cm|12 cm",
    "10 cm|20 cm",
    "15 cm|15 cm",
    "20 cm|20 cm",
];
const NEEDLES: &[&str] = &[
    "18 g|40 mm",
    "19 g|40 mm",
    "21 g|25 mm",
    "21 g|40 mm",
    "23 g|25 mm",
    "23 g|32 mm",
    "25 g|16 mm",
    "27 g|13 mm",
];

macro_rules! family {
    ($noun:literal, $other:literal, [$($group:expr),*], $sizes:expr, $packs:expr, $low:literal..$high:literal) => {
        Family { noun: $noun, other: $other, qualifiers: &[$($group),*], sizes: $sizes, packs: $packs, pence: ($low, $high) }
    };
}

/// All kinds, a line each.
#[rustfmt::skip]
pub(super) const FAMILIES: &[Family] = &[
    family!("examination glove", "exam glove", [&["nitrile", "latex", "vinyl"], &["powder free", "powdered"], STERILE], LETTERS, &[100, 200, 1000], 3..9),
    family!("surgical glove", "theatre glove", [&["latex", "polyisoprene", "neoprene"], &["powder free"], &["sterile"], &["", "micro textured"]], &["6 size", "6.5 size", "7 size", "7.5 size", "8 size", "8.5 size"], &[50, 200, 1], 60..190),
    family!("hypodermic syringe", "syringe", [&["luer slip", "luer lock", "catheter tip"], &["concentric", "eccentric", ""]], &["1 ml", "2 ml", "5 ml", "10 ml", "20 ml", "30 ml", "50 ml", "60 ml"], &[100, 50, 800], 4..40),
    family!("insulin syringe", "syringe insulin", [&["fixed needle", "detachable needle"], &["u100"]], &["0.3 ml|8 mm", "0.5 ml|8 mm", "0.5 ml|12.7 mm", "1 ml|12.7 mm"], &[100, 500], 8..19),
    family!("oral syringe", "enteral syringe", [&["enfit", "reverse luer"], STERILE], &["1 ml", "2.5 ml", "5 ml", "10 ml", "20 ml", "60 ml"], &[100, 50], 9..45),
    family!("hypodermic needle", "needle", [&["regular bevel", "short bevel", ""], &["", "safety"]], NEEDLES, &[100, 1000], 2..14),
    family!("blunt fill needle", "drawing up needle", [&["", "with filter"]], &["18 g|40 mm", "18 g|38 mm", "20 g|38 mm"], &[100, 1000], 4..22),
    family!("intravenous cannula", "iv cannula", [&["ported", "non ported"], &["winged", ""], &["", "safety"]], &["14 g|45 mm", "16 g|45 mm", "18 g|45 mm", "20 g|33 mm", "22 g|25 mm", "24 g|19 mm"], &[50, 100, 200], 60..240),
    family!("foley catheter", "urinary catheter", [&["silicone", "latex", "hydrogel coated"], &["2 way", "3 way"], &["male", "female", "paediatric"]], FRENCH, &[10, 1, 5], 180..900),
    family!("intermittent catheter", "nelaton catheter", [&["hydrophilic", "pvc uncoated"], &["male", "female"]], FRENCH, &[30, 25, 100], 40..190),
    family!("suction catheter", "suction tube", [&["vacuum control", "plain"], &["soft tip", ""]], FRENCH, &[100, 50], 18..60),
    family!("nasogastric tube", "ryles tube", [&["polyurethane", "pvc"], &["weighted", "unweighted"], &["enfit", ""]], &["6 ch|90 cm", "8 ch|92 cm", "10 ch|110 cm", "12 ch|110 cm", "14 ch|120 cm"], &[10, 50], 150..890),
    family!("endotracheal tube", "tracheal tube", [&["cuffed", "uncuffed"], &["oral", "nasal", "reinforced"]], &["5 mm", "5.5 mm", "6 mm", "6.5 mm", "7 mm", "7.5 mm", "8 mm", "9 mm"], &[10, 20, 1], 130..900),
    family!("laryngeal mask airway", "lma", [&["single use", "reusable"], &["standard", "intubating", "gel cuff"]], &["1 size", "2 size", "3 size", "4 size", "5 size"], &[10, 1, 25], 400..1500),
    family!("oxygen mask", "face mask oxygen", [&["adult", "paediatric"], &["high concentration", "venturi", "medium concentration"], &["with tubing", "without tubing"]], &["1.8 m", "2.1 m", "3 m"], &[50, 25, 1], 70..260),
    family!("nasal cannula", "nasal prongs", [&["adult", "paediatric", "neonatal"], &["curved prong", "straight prong"]], &["1.8 m", "2.1 m", "5 m"], &[50, 25, 1], 40..160),
    family!("nebuliser kit", "nebulizer set", [&["adult", "paediatric"], &["mask", "mouthpiece"]], &["2.1 m", "1.8 m"], &[50, 10, 1], 90..310),
    family!("gauze swab", "swab gauze", [&["8 ply", "12 ply", "16 ply"], STERILE, &["", "x-ray detectable"]], SQUARES, &[100, 5, 500], 1..14),
    family!("non-woven swab", "swab nonwoven", [&["4 ply", "6 ply"], STERILE], SQUARES, &[100, 5, 200], 1..9),
    family!("foam dressing", "dressing foam", [&["adhesive border", "non-adhesive"], &["", "silver"], &["standard", "heel", "sacral"]], SQUARES, &[10, 5, 1], 140..900),
    family!("hydrocolloid dressing", "dressing hydrocolloid", [&["thin", "standard"], &["bordered", "without border"]], SQUARES, &[10, 5, 1], 90..520),
    family!("alginate dressing", "dressing alginate", [&["", "silver"], &["rope", "sheet"]], SQUARES, &[10, 5, 1], 110..640),
    family!("film dressing", "transparent dressing", [&["with pad", "without pad"], &["iv securement", ""]], &["6 cm|7 cm", "10 cm|12 cm", "10 cm|25 cm", "15 cm|20 cm"], &[100, 50, 10], 14..190),
    family!("adhesive plaster", "first aid plaster", [&["washproof", "fabric", "blue detectable"]], &["7.5 cm|2.5 cm", "3.8 cm|3.8 cm", "7.2 cm|5 cm"], &[100, 50, 1000], 1..12),
    family!("crepe bandage", "bandage crepe", [&["stretch", "heavy cotton"]], &["5 cm|4.5 m", "7.5 cm|4.5 m", "10 cm|4.5 m", "15 cm|4.5 m"], &[12, 1, 16], 30..140),
    family!("cohesive bandage", "bandage cohesive", [&["latex free", "latex"], &["white", "tan", "blue"]], &["5 cm|4 m", "7.5 cm|4 m", "10 cm|4 m", "10 cm|20 m"], &[12, 1, 6], 60..420),
    family!("surgical tape", "tape", [&["microporous", "silk", "silicone", "zinc oxide"]], &["1.25 cm|10 m", "2.5 cm|5 m", "2.5 cm|10 m", "5 cm|10 m"], &[12, 24, 1, 6], 40..380),
    family!("surgical face mask", "mask surgical", [&["type ii", "type iir"], &["ear loop", "tie on"], &["", "with visor"]], &["std size"], &[50, 25, 1000], 5..70),
    family!("respirator mask", "respirator", [&["ffp2", "ffp3"], &["valved", "unvalved"], &["fold flat", "cup shaped"]], &["=S", "=M", "=L"], &[20, 10, 1], 80..420),
    family!("isolation gown", "gown", [&["thumb loop", "long sleeve"], &["impervious", "fluid resistant"], STERILE], LETTERS, &[50, 10, 1], 60..480),
    family!("plastic apron", "apron disposable", [&["white", "blue", "green", "yellow", "red"], &["flat packed", "on roll"]], &["69 cm|107 cm", "69 cm|117 cm", "80 cm|140 cm"], &[100, 200, 1000], 2..9),
    family!("overshoe", "shoe cover", [&["cpe", "polypropylene"], &["non slip", "plain"]], &["36 cm", "41 cm", "46 cm"], &[100, 2000], 2..8),
    family!("sharps container", "sharps bin", [&["yellow lid", "orange lid", "purple lid", "blue lid"]], &["0.6 l", "1 l", "5 l", "11.5 l", "22 l", "50 l"], &[1, 10, 40, 20], 90..700),
    family!("clinical waste bag", "bag clinical waste", [&["orange", "yellow", "tiger stripe"], &["heavy duty", "medium duty"]], &["30 l", "60 l", "90 l"], &[100, 50, 250], 5..24),
    family!("iv administration set", "giving set", [&["gravity", "pump"], &["with needle free port", "without port"], &["vented", "non vented"]], &["150 cm", "180 cm", "220 cm"], &[25, 50, 100], 60..420),
    family!("extension set", "extension line", [&["single lumen", "double lumen", "triple lumen"], &["with clamp", "without clamp"]], &["10 cm", "25 cm", "100 cm", "150 cm", "200 cm"], &[50, 100, 25], 40..310),
    family!("three way tap", "stopcock 3 way", [&["lipid resistant", "standard"], &["with extension", "without extension"]], &["10 cm", "25 cm", "100 cm"], &[50, 25, 100], 40..260),
    family!("sodium chloride flush", "saline flush syringe", [&["0.9 %"], &["sterile field", "external sterile"]], &["3 ml", "5 ml", "10 ml"], &[30, 100, 120], 25..90),
    family!("alcohol wipe", "prep wipe", [&["70 % isopropyl", "chlorhexidine 2 %"]], &["3 cm|6 cm", "6.5 cm|3 cm", "20 cm|14 cm"], &[100, 200, 2000], 1..5),
    family!("hand sanitiser gel", "hand gel", [&["70 % alcohol", "alcohol free"], &["pump", "flip top", "cartridge"]], &["50 ml", "100 ml", "500 ml", "700 ml", "1 l"], &[1, 12, 6], 90..600),
    family!("suture", "suture absorbable", [&["polyglactin", "poliglecaprone", "polydioxanone", "nylon", "silk"], &["reverse cutting", "taper point", "cutting"], &["undyed", "violet"]], &["2 usp|26 mm", "3 usp|19 mm", "3 usp|26 mm", "4 usp|19 mm", "5 usp|13 mm"], &[12, 36, 24], 140..780),
    family!("scalpel blade", "surgical blade", [&["carbon steel", "stainless steel"], &["sterile"]], &["10 no", "11 no", "15 no", "20 no", "22 no", "23 no", "24 no"], &[100, 50, 10], 8..40),
    family!("disposable scalpel", "scalpel", [&["retractable", "fixed"], &["sterile"]], &["10 no", "11 no", "15 no", "22 no"], &[10, 25, 100], 40..160),
    family!("blood collection tube", "evacuated tube", [&["edta", "sst gel", "citrate", "fluoride", "heparin"], &["plastic", "glass"]], &["2 ml", "3 ml", "4 ml", "5 ml", "6 ml", "9 ml"], &[100, 50, 1000], 6..26),
    family!("safety blood collection set", "butterfly needle set", [&["luer adapter", "with holder"]], &["21 g|178 mm", "21 g|305 mm", "23 g|178 mm", "23 g|305 mm", "25 g|305 mm"], &[50, 25, 200], 50..190),
    family!("lancet", "safety lancet", [&["normal flow", "high flow", "micro flow"]], &["21 g|1.8 mm", "21 g|2.2 mm", "28 g|1.8 mm", "30 g|1.5 mm"], &[200, 100, 1000], 3..14),
    family!("insulin pen needle", "pen needle", [&["", "safety"], &["thin wall", "standard wall"]], &["31 g|5 mm", "31 g|6 mm", "31 g|8 mm", "32 g|4 mm", "29 g|12 mm"], &[100, 300], 3..28),
    family!("stoma bag", "ostomy pouch", [&["closed", "drainable", "urostomy"], &["one piece", "two piece"], &["clear", "opaque"]], &["20 mm", "25 mm", "30 mm", "35 mm", "45 mm", "60 mm"], &[30, 10, 90], 140..420),
    family!("urine drainage bag", "urine bag", [&["leg bag", "night bag"], &["lever tap", "t tap"], STERILE], &["350 ml", "500 ml", "750 ml", "2 l"], &[10, 1, 100], 50..320),
    family!("ecg electrode", "monitoring electrode", [&["wet gel", "solid gel"], &["foam", "tape"], &["adult", "paediatric"]], &["30 mm", "44 mm", "50 mm", "55 mm"], &[50, 30, 1000], 4..18),
    family!("electrosurgical pencil", "diathermy pencil", [&["button switch", "rocker switch"], &["with holster", "without holster"]], &["3 m", "5 m"], &[40, 50, 1], 160..620),
    family!("thermometer probe cover", "probe cover", [&["tympanic", "oral"]], &["std size"], &[200, 2000, 800], 2..7),
    family!("incontinence pad", "pad shaped", [&["light", "normal", "plus", "super", "maxi"], &["unisex", "male"]], &["350 ml", "600 ml", "900 ml", "1500 ml", "2200 ml"], &[28, 112, 20], 10..60),
    family!("couch roll", "examination couch roll", [&["white", "blue"], &["1 ply", "2 ply"]], &["25 cm|50 m", "50 cm|40 m", "50 cm|50 m"], &[9, 18, 12, 1], 180..520),
    family!("specimen container", "universal container", [&["boric acid", "plain"], &["labelled", "unlabelled"], STERILE], &["20 ml", "30 ml", "60 ml", "100 ml", "250 ml"], &[400, 100, 500], 8..40),
    family!("guide wire", "guidewire", [&["hydrophilic", "ptfe coated"], &["straight tip", "j tip", "angled tip"], &["stiff", "standard"]], &["0.89 mm|80 cm", "0.89 mm|150 cm", "0.89 mm|260 cm", "0.46 mm|180 cm", "0.36 mm|190 cm"], &[5, 10, 1], 900..6000),
    family!("introducer sheath", "sheath introducer", [&["with guidewire", "without guidewire"], &["radial", "femoral"]], &["4 fr|11 cm", "5 fr|11 cm", "6 fr|11 cm", "6 fr|23 cm", "7 fr|11 cm", "8 fr|11 cm"], &[10, 5, 1], 900..3600),
    family!("wound drain", "drain", [&["redon", "silicone flat", "silicone round"], &["with trocar", "without trocar"]], FRENCH, &[10, 1, 20], 240..1600),
    family!("skin stapler", "stapler skin", [&["regular", "wide"], &["fixed head", "rotating head"]], &["15 pcs staples", "25 pcs staples", "35 pcs staples"], &[6, 12, 1], 380..1400),
    family!("theatre drape", "surgical drape", [&["adhesive", "fenestrated", "plain"], &["two layer", "three layer"]], &["50 cm|50 cm", "75 cm|90 cm", "100 cm|150 cm", "150 cm|200 cm"], &[50, 20, 10], 40..620),
];

/// Words with what organisations write for them; which one is a matter of the organisation.
pub(super) const SHORT: &[(&str, &[&str])] = &[
    ("absorbable", &["abs", "absorb"]),
    ("adhesive", &["adh", "adhes"]),
    ("administration", &["admin", "adm"]),
    ("alginate", &["alg", "algin"]),
    ("bandage", &["band", "bdge"]),
    ("bordered", &["bord", "brdr"]),
    ("cannula", &["cann", "can"]),
    ("catheter", &["cath", "cathr"]),
    ("chlorhexidine", &["chg", "chlorhex"]),
    ("cohesive", &["coh", "cohes"]),
    ("collection", &["coll", "collctn"]),
    ("concentration", &["conc", "concn"]),
    ("container", &["cont", "contr"]),
    ("cuffed", &["cuff", "cfd"]),
    ("detectable", &["det", "detect"]),
    ("disposable", &["disp", "dispos"]),
    ("drainage", &["drain", "drng"]),
    ("dressing", &["drsg", "dress"]),
    ("electrode", &["elec", "electr"]),
    ("endotracheal", &["et", "endotrach"]),
    ("examination", &["exam", "examn"]),
    ("extension", &["ext", "extn"]),
    ("glove", &["glv", "gl"]),
    ("hydrocolloid", &["hydroc", "hcd"]),
    ("hydrophilic", &["hydroph", "hphil"]),
    ("hypodermic", &["hypo", "hyp"]),
    ("impervious", &["imp", "imperv"]),
    ("insulin", &["ins", "insul"]),
    ("intermittent", &["interm", "int"]),
    ("intravenous", &["iv", "intrav"]),
    ("laryngeal", &["laryng", "lar"]),
    ("medium", &["med", "medm"]),
    ("nasogastric", &["ng", "nasogas"]),
    ("needle", &["ndl", "need"]),
    ("neonatal", &["neo", "neon"]),
    ("nitrile", &["nit", "nitr"]),
    ("oxygen", &["o2", "oxy"]),
    ("paediatric", &["paed", "paeds"]),
    ("plastic", &["plas", "plst"]),
    ("polypropylene", &["pp", "polyprop"]),
    ("polyurethane", &["pu", "polyur"]),
    ("powder", &["pwd", "pdr"]),
    ("reinforced", &["reinf", "rnfcd"]),
    ("safety", &["saf", "sfty"]),
    ("silicone", &["sil", "silic"]),
    ("standard", &["std", "stand"]),
    ("sterile", &["ster", "strl"]),
    ("suction", &["suct", "sctn"]),
    ("surgical", &["surg", "srgcl"]),
    ("syringe", &["syr", "syrg"]),
    ("transparent", &["transp", "trans"]),
    ("uncuffed", &["uncuff", "uncfd"]),
    ("urinary", &["urin", "urn"]),
    ("with", &["w/", "c/w"]),
    ("without", &["w/o", "without"]),
];
