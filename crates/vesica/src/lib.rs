//! vesica: can these vesicles do that?
