

namespace PlrsTool;

/// <summary>Input that a command cannot use; the message says what and why.</summary>
internal sealed class InputException(string message) : Exception(message);
