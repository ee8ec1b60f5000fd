namespace Plrs.MLNet.Experiments.Folders;

/// <summary>A row of ML.NET's data. The image is read when its column is.</summary>
internal sealed class Row(Example example)
{
    public string Label { get; set; } = example.Label;

    public byte[] Image
    {
        get => example.Read();
        set => throw new NotSupportedException();
    }
}
