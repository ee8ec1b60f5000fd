using System.Reflection;
using System.Text.RegularExpressions;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Documentation;

/// <summary>A snippet that has been run, and what it has made, which is used as its reader would.</summary>
internal sealed partial class SnippetRun
{
    private readonly Surroundings _surroundings;
    private readonly Assembly _program;

    public SnippetRun(Snippet snippet, Surroundings surroundings)
    {
        Snippet = snippet;
        _surroundings = surroundings;
        var page = snippet.IsOfXmlDocumentation
            ? Documentation.Snippet.OfXmlDocumentation()
            : Documentation.Snippet.OfPages().Where(other => other.Page == snippet.Page);
        using var caller = new ServiceCaller(TestImages.Encode("disc", number: 0), "no image"u8.ToArray());
        (_program, Variables) = new CompiledSnippet(snippet, page).Run([surroundings.FewImages.Path], surroundings.NewVariables(snippet));
        Answers = caller.Answers?.GetAwaiter().GetResult() ?? [];
    }

    public Snippet Snippet { get; }

    /// <summary>The variables in the end.</summary>
    public IReadOnlyDictionary<string, object?> Variables { get; }

    /// <summary>Those of its web service to an image and to what is none.</summary>
    public IReadOnlyList<string> Answers { get; }

    /// <exception cref="AssertFailedException">It does not do what the page says; the message has page and line.</exception>
    public void CheckWhatItMade()
    {
        try
        {
            FilesAreThere();
            BoundsAndSchedulesGiveRates();
            OptionsTrain();
            NetworksTrain();
            SchedulesOfItsOwnTrain();
            PagePromises.Of(Snippet)?.Invoke(this, _surroundings.ImagesOf(Snippet));
        }
        catch (Exception e)
        {
            throw new AssertFailedException($"{Snippet}: what it has made fails: {e.GetType().Name}: {e.Message}", e);
        }
    }

    private void FilesAreThere()
    {
        foreach (Match file in FileName().Matches(Snippet.Code))
        {
            Assert.IsTrue(File.Exists(file.Groups["file"].Value), $"There is no {file}.");
        }
    }

    private void BoundsAndSchedulesGiveRates()
    {
        foreach (var bounds in Variables.Values.OfType<PlrsBounds>())
        {
            Assert.IsGreaterThan(bounds.MinimumLearningRate, bounds.MaximumLearningRate, bounds.ToString());
        }

        foreach (var schedule in Variables.Values.OfType<ILearningRateSchedule>())
        {
            var bound = schedule is IRunLengthSchedule open ? open.WithTotalEpochs(200) : schedule;
            Assert.IsInRange(1e-6, 1, bound.GetLearningRate(new TrainingStep(index: 1, stepsPerEpoch: 10)), schedule.ToString());
        }
    }

    /// <summary>Options that the snippet has set train a model.</summary>
    private void OptionsTrain()
    {
        if (SettingOfOptions().IsMatch(Snippet.Code))
        {
            var options = (TorchImageClassificationTrainer.Options)Variables["options"]!;
            options.Epoch += options.WeightAveraging?.FirstEpoch ?? 0;
            _surroundings.Fit(options);
        }
    }

    /// <summary>A network that it declares trains, and once it is registered its model can be loaded.</summary>
    private void NetworksTrain()
    {
        foreach (var type in _program.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(NetworkDefinition)) && Snippet.Code.Contains(type.Name, StringComparison.Ordinal)))
        {
            var options = TestPipeline.QuickOptions(epochs: 1);
            options.Arch = (NetworkDefinition)Activator.CreateInstance(type, 8)!;
            var model = _surroundings.Fit(options);
            if (Snippet.Code.Contains("NetworkCatalog.Register", StringComparison.Ordinal))
            {
                Assert.AreEqual(type, TestPipeline.Model(_surroundings.SaveAndLoad(model)).Network.GetType());
            }
        }
    }

    private void SchedulesOfItsOwnTrain()
    {
        foreach (var type in _program.GetTypes().Where(type => type.IsAssignableTo(typeof(ILearningRateSchedule))))
        {
            var options = TestPipeline.QuickOptions(epochs: 1);
            options.Schedule =
                (ILearningRateSchedule)Activator.CreateInstance(type, [.. type.GetConstructors()[0].GetParameters().Select(_ => 0.01)])!;
            _surroundings.Fit(options);
        }
    }

    [GeneratedRegex("\"(?<file>[a-z/-]+[.](csv|json|onnx|safetensors|svg|zip))\"")]
    private static partial Regex FileName();

    [GeneratedRegex("^ *options[.]", RegexOptions.Multiline)]
    private static partial Regex SettingOfOptions();
}
