namespace Plrs.MLNet.Checkpoints;

/// <summary>Something that the trained weights depend on.</summary>
/// <param name="Name">Its name, which no version changes.</param>
/// <param name="Usual">
/// What it is taken to be if a checkpoint does not name it, which no version changes either: a setting that a later version adds is usually
/// what every run did before.
/// </param>
/// <param name="Value">What it is, in words that do not depend on the culture.</param>
internal readonly record struct RunSetting(string Name, string Usual, string Value);
