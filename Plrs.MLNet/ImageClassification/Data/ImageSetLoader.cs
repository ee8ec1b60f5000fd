using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Plrs.MLNet.ImageClassification.Data;

/// <summary>
/// Reads a data set's encoded images and decodes them on all cores, once. Rows are read on the calling thread, a block
/// at a time, because a cursor belongs to one thread. Images that cannot be used are left out and reported in row order.
/// </summary>
internal sealed class ImageSetLoader(IHost host, int imageSize, ImageClassificationDataset dataset, Action<SkippedImage>? skippedCallback)
{
    private const int BlockRows = 64;
    private const int ReasonsLogged = 5;

    public ImageSet Load(IDataView data, string featureColumn, string labelColumn)
    {
        var pixels = new PixelStore(ImageDecoder.DecodedBytes(imageSize));
        var slots = new List<int>();
        var labels = new List<int>();
        var skipped = new List<SkippedImage>();
        var rows = 0;

        using var channel = host.Start("Loading images");
        using var decoders = new ThreadLocal<ImageDecoder>(() => new ImageDecoder(imageSize), trackAllValues: true);
        try
        {
            foreach (var block in ReadBlocks(data, featureColumn, labelColumn))
            {
                pixels.Grow(rows + block.Count);
                var first = rows;
                Parallel.For(0, block.Count, (i, loop) =>
                {
                    if (((ICancelable)host).IsCanceled)
                    {
                        loop.Stop();
                        return;
                    }

                    block[i].Reason = block[i].Label < 0 ? "the label is missing" : decoders.Value!.Decode(block[i].Encoded, pixels[first + i]);
                });
                host.CheckAlive();

                foreach (var row in block)
                {
                    if (row.Reason is null)
                    {
                        slots.Add(rows);
                        labels.Add(row.Label);
                    }
                    else
                    {
                        skipped.Add(new SkippedImage(dataset, rows, row.Reason));
                        skippedCallback?.Invoke(skipped[^1]);
                    }

                    rows++;
                }
            }
        }
        finally
        {
            foreach (var decoder in decoders.Values)
            {
                decoder.Dispose();
            }
        }

        Report(channel, featureColumn, rows, skipped);
        return new ImageSet(pixels, [.. slots], [.. labels]);
    }

    private IEnumerable<List<Row>> ReadBlocks(IDataView data, string featureColumn, string labelColumn)
    {
        var feature = data.Schema[featureColumn];
        var label = data.Schema[labelColumn];
        using var cursor = data.GetRowCursor([feature, label]);
        var getImage = cursor.GetGetter<VBuffer<byte>>(feature);
        var getLabel = cursor.GetGetter<uint>(label);

        VBuffer<byte> image = default;
        uint key = 0;
        var block = new List<Row>(BlockRows);
        while (cursor.MoveNext())
        {
            host.CheckAlive();
            getImage(ref image);
            getLabel(ref key);
            block.Add(new Row(image.IsDense ? image.GetValues().ToArray() : [], (int)key - 1));
            if (block.Count == BlockRows)
            {
                yield return block;
                block.Clear();
            }
        }

        if (block.Count > 0)
        {
            yield return block;
        }
    }

    private void Report(IChannel channel, string featureColumn, int rows, List<SkippedImage> skipped)
    {
        if (skipped.Count > 0)
        {
            var reasons = string.Join("; ", skipped.Take(ReasonsLogged).Select(image => $"row {image.Row}: {image.Reason}"));
            var more = skipped.Count > ReasonsLogged ? "; …" : "";
            channel.Warning($"Skipped {skipped.Count} of {rows} images in column '{featureColumn}' ({dataset}): {reasons}{more}.");
        }

        if (rows == skipped.Count)
        {
            throw host.Except(rows == 0
                ? $"There are no images: the data ({dataset}) has no rows."
                : $"None of the {rows} images in column '{featureColumn}' ({dataset}) can be used. Row {skipped[0].Row}: {skipped[0].Reason}.");
        }
    }

    private sealed class Row(byte[] encoded, int label)
    {
        public byte[] Encoded { get; } = encoded;

        public int Label { get; } = label;

        public string? Reason { get; set; }
    }
}
