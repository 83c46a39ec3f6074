mod dispute_categories;
mod policies;
mod provinces;
