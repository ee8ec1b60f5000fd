

namespace PlrsTool.Models;

/// <summary>A row of a model's classes, which labels are brought to.</summary>
internal sealed class ClassName
{
    public string Label { get; set; } = "";
}
