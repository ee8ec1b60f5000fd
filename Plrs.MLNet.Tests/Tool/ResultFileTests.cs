using System.Text.RegularExpressions;
using Microsoft.ML;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>What the programs leave is written beside its place and renamed.</summary>
[TestClass]
public sealed partial class ResultFileTests
{
    [TestMethod]
    public void AModelThatCannotBeSavedLeavesTheEarlierOne()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.zip");
        var mlContext = new MLContext(seed: 1);
        var rows = mlContext.Data.LoadFromEnumerable([new Row()]);
        var model = mlContext.Transforms.CopyColumns("Copy", nameof(Row.Value)).Fit(rows);
        var notSaved = model.Append(mlContext.Transforms.CustomMapping<Row, Row>((_, _) => { }, contractName: null).Fit(rows));
        ResultFile.Write(path, mlContext, model, rows.Schema);
        var earlier = File.ReadAllBytes(path);

        var error = Assert.Throws<Exception>(() => ResultFile.Write(path, mlContext, notSaved, rows.Schema));

        Assert.Contains("contract", error.Message, StringComparison.OrdinalIgnoreCase);
        CollectionAssert.AreEqual(earlier, File.ReadAllBytes(path));
        Assert.ContainsSingle(Directory.GetFileSystemEntries(folder.Path));
        Assert.IsNotNull(mlContext.Model.Load(path, out _));
    }

    /// <summary>Calls that empty a file before they fill it again; <c>ShapesFolder</c> draws what it reads back at once.</summary>
    [TestMethod]
    public void NoProgramWritesInPlace()
    {
        string[] folders = ["Plrs.MLNet", "Plrs.MLNet.Experiments", "tools/plrs", "examples"];
        string[] inPlace = [.. folders.Select(folder => Path.Combine(Checkout.Root, folder))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(file => !Generated().IsMatch(file) && Path.GetFileName(file) != "ShapesFolder.cs")
            .SelectMany(file => File.ReadLines(file).Where(line => InPlace().IsMatch(line) && !Comment().IsMatch(line))
                .Select(line => $"{Path.GetFileName(file)}: {line.Trim()}"))];

        Assert.AreEqual(
            "FlowerClassifier.training.cs: mlContext.Model.Save(model, data.Schema, temporary);\n" +
            "Program.cs: mlContext.Model.Save(model, sentences.Schema, Temporary);",
            string.Join('\n', inPlace.Order(StringComparer.Ordinal)));
    }

    [GeneratedRegex(
        @"File\.(WriteAll|Create\(|CreateText|OpenWrite)|FileMode\.Create\b|new StreamWriter\(" +
        @"|\.SavePng\(|mlContext\.Model\.Save\((?!.*\bstream\))")]
    private static partial Regex InPlace();

    [GeneratedRegex(@"^\s*//")]
    private static partial Regex Comment();

    [GeneratedRegex(@"[/\\](obj|bin|artifacts|FlowerClassifier\.Tests)[/\\]")]
    private static partial Regex Generated();

    private sealed class Row
    {
        public float Value { get; set; }
    }
}
