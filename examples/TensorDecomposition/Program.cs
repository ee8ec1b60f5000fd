using Plrs.MLNet.Experiments.Folders;
using TensorDecomposition;

const int Seeds = 20;
const int Iterations = 2000;
const int BatchSize = 500;

if (args.Length > 1 || args is [['-', ..]])
{
    Console.Error.WriteLine("Usage: TensorDecomposition [<folder for errors.png, errors.csv and table.csv>]");
    return 2;
}

var folder = Directory.CreateDirectory(args is [var given] ? given : Path.Combine("artifacts", "TensorDecomposition")).FullName;
Console.WriteLine($"Ten components of dimension ten, {Seeds} seeds, {Iterations} iterations");
WriteAligned(Comparison.TableHeader);
var comparisons = new List<Comparison>();
foreach (var batchSize in new int?[] { BatchSize, null })
{
    foreach (var method in Comparison.Methods)
    {
        comparisons.Add(Comparison.Of(method, Seeds, Iterations, batchSize));
        WriteAligned(comparisons[^1].TableRow());
    }
}

WriteCsv("table.csv", [Comparison.TableHeader, .. comparisons.Select(comparison => comparison.TableRow())]);
WriteCsv("errors.csv", [Comparison.CurveHeader, .. comparisons.SelectMany(comparison => comparison.CurveRows())]);
ErrorPlot.Save(comparisons, Path.Combine(folder, "errors.png"));
Console.WriteLine($"Saved table.csv, errors.csv and errors.png in {folder}");
return 0;

static void WriteAligned(string[] cells) =>
    Console.WriteLine(string.Concat(cells.Select((cell, i) => i < 2 ? cell.PadRight(22) : cell.PadLeft(15))));

void WriteCsv(string name, IEnumerable<string[]> rows) =>
    ResultFile.Write(
        Path.Combine(folder, name), rows.Select(row => string.Join(',', row.Select(cell => cell.Contains(',') ? $"\"{cell}\"" : cell))));
