using Plrs.MLNet.Weights;

namespace Plrs.MLNet.ImageClassification;

/// <summary>The head of a trained model: a row of weights and a bias a class.</summary>
/// <param name="Tensors">The weight, then the bias.</param>
/// <param name="ClassNames">The names of its classes.</param>
internal sealed record TrainedHead(IReadOnlyList<WeightTensor> Tensors, IReadOnlyList<string> ClassNames)
{
    /// <summary>A head for other classes: a class of a name that it knows has what it had, the others have zeros.</summary>
    /// <param name="classNames">The names of the classes.</param>
    public IReadOnlyList<WeightTensor> For(IReadOnlyList<string> classNames)
    {
        var numbers = ClassNames.Index().GroupBy(entry => entry.Item).ToDictionary(group => group.Key, group => group.First().Index);
        return
        [
            .. Tensors.Select(tensor =>
            {
                var row = tensor.Bytes.Length / ClassNames.Count;
                var rows = new byte[row * classNames.Count];
                foreach (var (i, name) in classNames.Index())
                {
                    if (numbers.TryGetValue(name, out var number))
                    {
                        tensor.Bytes.AsSpan(number * row, row).CopyTo(rows.AsSpan(i * row));
                    }
                }

                return new WeightTensor(rows);
            }),
        ];
    }
}
