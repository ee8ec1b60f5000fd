namespace Plrs.MLNet.Images;

/// <summary>
/// Hands out the examples of a set in batches. One thread prepares the next batch while the caller works on the current
/// one; it is idle the rest of the time, because threads that compete with libtorch's own cost more than they bring. Images that
/// are decoded anew each time are so much work that others help it, half as many as there are processors.
/// </summary>
internal sealed class BatchReader(IExampleSet set, int batchSize, int workers) : IDisposable
{
    /// <summary>The number of batches that are in memory.</summary>
    public const int Slots = 2;

    private readonly Batch[] _slots = [new(batchSize, set.Shape), new(batchSize, set.Shape)];
    private readonly IExampleReader[] _readers = [.. Enumerable.Range(0, workers).Select(_ => set.CreateReader())];

    public BatchReader(IExampleSet set, int batchSize)
        : this(set, batchSize, set.IsEncoded ? Math.Max(1, Environment.ProcessorCount / 2) : 1)
    {
    }

    /// <summary>
    /// Makes the bytes of example number <c>index</c> of the set, which comes at <c>place</c> in the order that is read, its values. It is
    /// called by several threads at once.
    /// </summary>
    public delegate void Preparation(ReadOnlySpan<byte> bytes, int index, int place, Span<float> values);

    /// <summary>The number of batches that hold <paramref name="count"/> examples; the last one may be partial.</summary>
    public static int BatchCount(int count, int batchSize) => (int)((count + (long)batchSize - 1) / batchSize);

    /// <summary>Reads examples in the order given. A batch is valid until the next one is asked for.</summary>
    public IEnumerable<Batch> Read(ReadOnlyMemory<int> order, Preparation prepare)
    {
        using var filled = new SemaphoreSlim(0);
        using var free = new SemaphoreSlim(_slots.Length);
        var stopped = false;
        Exception? failure = null;
        var batches = BatchCount(order.Length, batchSize);
        var worker = new Thread(() =>
        {
            try
            {
                for (var i = 0; i < batches; i++)
                {
                    free.Wait();
                    if (Volatile.Read(ref stopped))
                    {
                        return;
                    }

                    Fill(_slots[i % _slots.Length], order, i * batchSize, prepare);
                    filled.Release();
                }
            }
#pragma warning disable CA1031 // It is thrown again on the reading thread.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = e;
                filled.Release();
            }
        })
        {
            IsBackground = true,
            Name = "Plrs.MLNet batches",
        };
        worker.Start();
        try
        {
            for (var i = 0; i < batches; i++)
            {
                filled.Wait();
                if (failure is not null)
                {
                    throw new InvalidOperationException("A batch could not be prepared: " + failure.Message, failure);
                }

                yield return _slots[i % _slots.Length];
                free.Release();
            }
        }
        finally
        {
            Volatile.Write(ref stopped, true);
            free.Release();
            worker.Join();
        }
    }

    public void Dispose()
    {
        foreach (var reader in _readers)
        {
            reader.Dispose();
        }
    }

    private void Fill(Batch batch, ReadOnlyMemory<int> order, int start, Preparation prepare)
    {
        batch.Count = Math.Min(batchSize, order.Length - start);
        if (_readers.Length > 1)
        {
            SharedWork.Run(
                batch.Count, _readers.Length, (worker, i) => Fill(batch, i, order.Span[start + i], start + i, _readers[worker], prepare));
            return;
        }

        for (var i = 0; i < batch.Count; i++)
        {
            Fill(batch, i, order.Span[start + i], start + i, _readers[0], prepare);
        }
    }

    private void Fill(Batch batch, int number, int index, int place, IExampleReader reader, Preparation prepare)
    {
        prepare(reader.Read(index), index, place, batch.Example(number));
        batch.SetLabel(number, set.Label(index));
    }
}
