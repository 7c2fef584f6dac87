/// The channel on which a change of a card's preference is announced to every process, with the card's id as payload.
package let preferencesChangedChannel = "preferences_changed"
