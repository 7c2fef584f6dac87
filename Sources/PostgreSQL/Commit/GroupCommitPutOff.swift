/// What a commit answers for an item that it could not take now and of which nothing was done, such as a spend whose
/// card another transaction holds.
///
/// The item goes back to the head of its line and is tried again after a pause, while other lines go on. An item that
/// is put off for too long is answered with this error.
package struct GroupCommitPutOff: Error, Sendable, Hashable {
    /// Makes the answer.
    package init() {}
}
