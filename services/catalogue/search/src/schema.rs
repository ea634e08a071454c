//! Fields of the index.

use tantivy::{
    TantivyDocument,
    schema::{
        Field, IndexRecordOption, STORED, STRING, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
    },
    tokenizer::{TextAnalyzer, TokenizerManager, WhitespaceTokenizer},
};

use crate::{
    Class, Item,
    words::{Part, code, codes_in, threes, words},
};

/// Number of the format; an index of another number is built anew.
pub(crate) const FORMAT: u32 = 1;

const SPACED: &str = "spaced";

/// Fields of the index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// The key, as given.
    pub(crate) key: Field,
    /// Words of the texts, with spaces between.
    pub(crate) words: Field,
    /// Whole codes.
    pub(crate) codes: Field,
    /// Three letters in a row of the codes, in order: a stretch of a code is a phrase of them.
    pub(crate) threes: Field,
    /// Classes, each of their beginnings a term.
    pub(crate) classes: Field,
    /// Suppliers, as given.
    pub(crate) suppliers: Field,
    /// Organisations, as given.
    pub(crate) organisations: Field,
}

fn indexed(record: IndexRecordOption, lengths: bool) -> TextOptions {
    let indexing =
        TextFieldIndexing::default().set_tokenizer(SPACED).set_index_option(record).set_fieldnorms(lengths);
    TextOptions::default().set_indexing_options(indexing)
}

impl Fields {
    pub(crate) fn schema() -> (Schema, Self) {
        let mut schema = SchemaBuilder::default();
        let fields = Self {
            key: schema.add_text_field("key", STRING | STORED),
            words: schema.add_text_field("words", indexed(IndexRecordOption::WithFreqs, true) | STORED),
            codes: schema.add_text_field("codes", indexed(IndexRecordOption::Basic, false) | STORED),
            threes: schema.add_text_field("threes", indexed(IndexRecordOption::WithFreqsAndPositions, false)),
            classes: schema.add_text_field("classes", indexed(IndexRecordOption::Basic, false)),
            suppliers: schema.add_text_field("suppliers", STRING),
            organisations: schema.add_text_field("organisations", STRING),
        };
        (schema.build(), fields)
    }

    /// An item as it is stored.
    pub(crate) fn document(self, item: &Item) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_text(self.key, &item.key);
        let said: Vec<String> = item.texts.iter().flat_map(|text| words(text)).collect();
        document.add_text(self.words, said.join(" "));
        let mut codes: Vec<String> = item.codes.iter().map(|it| code(it)).collect();
        codes.extend(item.texts.iter().flat_map(|text| codes_in(text)));
        codes.retain(|code| !code.is_empty());
        codes.sort_unstable();
        codes.dedup();
        document.add_text(self.codes, codes.join(" "));
        for code in &codes {
            // a value each: a phrase does not reach from one code into the next
            document.add_text(self.threes, threes(code, Part::Whole).join(" "));
        }
        for class in &item.classes {
            document.add_text(self.classes, beginnings(class).join(" "));
        }
        for supplier in &item.suppliers {
            document.add_text(self.suppliers, supplier);
        }
        for organisation in &item.organisations {
            document.add_text(self.organisations, organisation);
        }
        document
    }
}

/// Tokenizers that the fields name.
pub(crate) fn tokenizers() -> TokenizerManager {
    let tokenizers = TokenizerManager::default();
    tokenizers.register(SPACED, TextAnalyzer::from(WhitespaceTokenizer::default()));
    tokenizers
}

/// The term of a class.
pub(crate) fn class_term(class: &Class) -> String {
    format!("{}:{}", code(&class.scheme), code(&class.code))
}

/// Longest code of a class that is told apart; NHS-eClass has four letters, UNSPSC eight digits, CPV eight and a check digit.
const LONGEST_CLASS: usize = 24;

fn beginnings(class: &Class) -> Vec<String> {
    let whole = class_term(class);
    let from = code(&class.scheme).len() + 2;
    let ends = whole.char_indices().map(|(at, c)| at + c.len_utf8()).filter(|end| *end >= from);
    ends.take(LONGEST_CLASS).map(|end| whole[..end].to_owned()).collect()
}
