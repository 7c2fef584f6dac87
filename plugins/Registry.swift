public import AllocationPlugin

/// The plugins compiled into this build; a new plugin is a folder beside this file and a line here.
public let allocationPlugins: [any AllocationPlugin.Type] = [
    CappedTiersPlugin.self,
    CategoryPlugin.self,
    FixedAmountPlugin.self,
    FlatRatePlugin.self,
]
