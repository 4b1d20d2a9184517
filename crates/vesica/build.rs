//! The biology and the examples are embedded: rebuild when they change.
fn main() {
    println!("cargo::rerun-if-changed=../../biology");
    println!("cargo::rerun-if-changed=../../examples");
}
