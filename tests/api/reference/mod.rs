mod dispute_categories;
mod numbering;
mod policies;
mod provinces;
