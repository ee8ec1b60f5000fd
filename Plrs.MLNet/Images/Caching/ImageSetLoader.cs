using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Plrs.MLNet.Images;

/// <summary>
/// Reads a data set's images and decodes them, once, on all cores. Rows are read on the calling thread, because a cursor belongs
/// to one thread, a block at a time, while the block before is decoded. Images that cannot be used are left out and reported in
/// row order.
/// </summary>
/// <param name="host">The host, which may be cancelled.</param>
/// <param name="cache">Where the images go.</param>
/// <param name="dataset">What the set is for.</param>
/// <param name="ending">Why to end before all is read, or <see langword="null"/> to go on. It is asked by several threads at once.</param>
/// <param name="progress">Called on the calling thread with the number of rows that are done.</param>
/// <param name="skippedCallback">Called for each image that cannot be used.</param>
internal sealed class ImageSetLoader(
    IHost host,
    ImageCache cache,
    ImageClassificationDataset dataset,
    Func<Exception?> ending,
    Action<int> progress,
    Action<SkippedImage>? skippedCallback)
{
    private const int ReasonsLogged = 5;

    private readonly List<int> _labels = [];
    private readonly List<ImageSummary> _summaries = [];
    private readonly List<int> _widths = [];
    private readonly List<int> _heights = [];
    private readonly List<SkippedImage> _skipped = [];
    private int _rows;

    /// <summary>Loads the set. It is done once.</summary>
    /// <param name="data">The data.</param>
    /// <param name="featureColumn">The name of the column of the images.</param>
    /// <param name="labelColumn">The name of the column of the labels, a key.</param>
    /// <param name="classes">Which class each key is, or <see langword="null"/> when the keys number the classes.</param>
    public ImageSet Load(IDataView data, string featureColumn, string labelColumn, int[]? classes = null)
    {
        using var channel = host.Start("Loading images");
        data = OneCursor.Prepare(host, data, featureColumn);
        var feature = data.Schema[featureColumn];
        var label = data.Schema[labelColumn];
        using var cursor = OneCursor.Over(data, [feature, label]);
        var isEncoded = cache.KeepsEncoded && !ImageColumn.IsOfImages(feature.Type);
        var first = cache.Records.Count;

        ReadAll(cursor, ImageColumn.Create(cursor, feature), ClassGetter(cursor, label, classes), isEncoded);
        Report(channel, featureColumn);
        return new ImageSet(cache, first, isEncoded, [.. _labels], [.. _summaries])
        {
            MedianSize = (Median(_widths), Median(_heights)),
            SkippedCount = _skipped.Count,
        };
    }

    private static int Median(List<int> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    /// <summary>A getter of a row's class, which is −1 where the label is missing.</summary>
    private static ValueGetter<int> ClassGetter(DataViewRowCursor cursor, DataViewSchema.Column label, int[]? classes)
    {
        var getKey = cursor.GetGetter<uint>(label);
        uint key = 0;
        return (ref int number) =>
        {
            getKey(ref key);
            number = key == 0 || classes is null ? (int)key - 1 : classes[key - 1];
        };
    }

    private void ReadAll(DataViewRowCursor cursor, ImageColumn images, ValueGetter<int> getLabel, bool isEncoded)
    {
        var decoders = new ImageDecoder?[Environment.ProcessorCount];
        var reading = new RowBlock(cache.Decoding.DecodedBytes, decoders.Length);
        var decoding = new RowBlock(cache.Decoding.DecodedBytes, decoders.Length);
        var work = Task.CompletedTask;
        try
        {
            progress(0);
            do
            {
                Fill(reading, cursor, images, getLabel);
                work.GetAwaiter().GetResult();
                CheckGoesOn();
                if (decoding.Count > 0)
                {
                    Keep(decoding, isEncoded);
                    progress(_rows);
                }

                (reading, decoding) = (decoding, reading);
                var block = decoding;
                work = Task.Run(() => Decode(block, decoders));
            }
            while (decoding.Count > 0);
        }
        finally
        {
            // It works with the decoders until it is done; whatever is thrown here comes first.
            work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
            Array.ForEach(decoders, decoder => decoder?.Dispose());
        }
    }

    private void Fill(RowBlock block, DataViewRowCursor cursor, ImageColumn images, ValueGetter<int> getLabel)
    {
        var label = 0;
        while (!block.IsFull && MoveNext(cursor))
        {
            CheckGoesOn();
            getLabel(ref label);
            block.Add(images.Read(), label);
        }
    }

    private bool MoveNext(DataViewRowCursor cursor)
    {
        try
        {
            return cursor.MoveNext();
        }
        catch (Exception e) when (e.InnerException is not null && ReadFailure.Reason(e.GetBaseException()) is not null)
        {
            throw host.Except(
                e,
                $"Row {cursor.Position + 1} ({dataset}), or one after it, has no image that can be used: " +
                $"{ReadFailure.Reason(e.GetBaseException())}. It is skipped where files are loaded as rows are asked for. " +
                "A step between the loading of files and the trainer (ShuffleRows or Cache, " +
                "for example) reads ahead, and fails as a whole: put it before the loading.");
        }
    }

    private void Decode(RowBlock block, ImageDecoder?[] decoders) => SharedWork.Run(block.Count, decoders.Length, (worker, i) =>
    {
        ref var row = ref block[i];
        if (row.Label < 0)
        {
            row.Reason = "the label is missing";
        }
        else if (!IsEnding)
        {
            var decoder = decoders[worker] ??= new ImageDecoder(cache.Decoding);
            row.Reason = decoder.Decode(block.Input(i), block.Pixels(i));
            row.SourceSize = decoder.SourceSize;
            row.Summary = row.Reason is null ? ImageSummary.Of(block.Pixels(i)) : default;
        }
    });

    private void Keep(RowBlock block, bool isEncoded)
    {
        for (var i = 0; i < block.Count; i++)
        {
            if (block[i].Reason is { } reason)
            {
                _skipped.Add(new SkippedImage { DatasetUsed = dataset, Row = _rows, Reason = reason });
                skippedCallback?.Invoke(_skipped[^1]);
            }
            else
            {
                cache.Records.Add(isEncoded ? block.Input(i).Bytes : block.Pixels(i));
                _labels.Add(block[i].Label);
                _summaries.Add(block[i].Summary);
                _widths.Add(block[i].SourceSize.Width);
                _heights.Add(block[i].SourceSize.Height);
            }

            _rows++;
        }

        block.Clear();
    }

    private bool IsEnding => ((ICancelable)host).IsCanceled || ending() is not null;

    private void CheckGoesOn()
    {
        host.CheckAlive();
        if (ending() is { } reason)
        {
            throw reason;
        }
    }

    private void Report(IChannel channel, string featureColumn)
    {
        if (_skipped.Count > 0)
        {
            var reasons = string.Join("; ", _skipped.Take(ReasonsLogged).Select(image => $"row {image.Row}: {image.Reason}"));
            var more = _skipped.Count > ReasonsLogged ? "; …" : "";
            channel.Warning($"Skipped {_skipped.Count} of {_rows} images in column '{featureColumn}' ({dataset}): {reasons}{more}.");
        }

        if (_rows == _skipped.Count)
        {
            throw host.Except(_rows == 0
                ? $"There are no images: the data ({dataset}) has no rows."
                : $"None of the {_rows} images in column '{featureColumn}' ({dataset}) can be used. " +
                    $"Row {_skipped[0].Row}: {_skipped[0].Reason}.");
        }
    }
}
