using System.Collections.Concurrent;
using Microsoft.ML;

namespace Plrs.MLNet.Tests.Scoring;

[TestClass]
public sealed class ConcurrentScoringTests
{
    [TestMethod]
    public void ThreadsScoreWithOneModelAsOneThreadDoes()
    {
        var mlContext = new MLContext(seed: 1);
        using var model = ScoredImages.Train(mlContext);
        var rows = ScoredImages.Rows(60);
        var expected = ScoredImages.OneAtATime(mlContext, model, rows);
        var actual = new ConcurrentBag<List<string>>();
        var tasks = Enumerable.Range(0, 6).Select(i => new Thread(() => actual.Add(i % 2 == 0
            ? ScoredImages.OneAtATime(mlContext, model, rows)
            : ScoredImages.AllAtOnce(mlContext, model.Transform(mlContext.Data.LoadFromEnumerable(rows)))))).ToList();

        tasks.ForEach(task => task.Start());
        tasks.ForEach(task => task.Join());

        Assert.HasCount(6, actual);
        foreach (var scores in actual)
        {
            CollectionAssert.AreEqual(expected, scores);
        }
    }

    [TestMethod]
    public void DisposingWhileOthersScoreEndsThemWithAnError()
    {
        var mlContext = new MLContext(seed: 1);
        var rows = ScoredImages.Rows(40);
        var expected = ScoredImages.OneAtATime(mlContext, ScoredImages.Load(mlContext), rows);
        for (var round = 0; round < 8; round++)
        {
            var model = (IDisposable)ScoredImages.Load(mlContext);
            using var scoring = new CountdownEvent(4);
            var ends = new ConcurrentBag<Exception?>();
            var wrong = new ConcurrentBag<string>();
            var threads = Enumerable.Range(0, 4)
                .Select(i => new Thread(() => ends.Add(ScoreUntilItFails((ITransformer)model, i % 2 == 0, scoring, wrong)))).ToList();
            threads.ForEach(thread => thread.Start());
            scoring.Wait();

            model.Dispose();

            threads.ForEach(thread => thread.Join());
            Assert.HasCount(4, ends);

            // Where ML.NET reads with threads of its own, it wraps what happened there.
            Assert.IsEmpty(ends.Where(end => end!.GetBaseException() is not ObjectDisposedException));
            Assert.IsEmpty(wrong);
        }

        Exception? ScoreUntilItFails(ITransformer model, bool one, CountdownEvent scoring, ConcurrentBag<string> wrong)
        {
            var isFirst = true;
            try
            {
                while (true)
                {
                    var scores = one
                        ? ScoredImages.OneAtATime(mlContext, model, rows)
                        : ScoredImages.AllAtOnce(mlContext, model.Transform(mlContext.Data.LoadFromEnumerable(rows)));
                    if (!scores.SequenceEqual(expected))
                    {
                        wrong.Add(string.Join(Environment.NewLine, scores));
                    }

                    if (isFirst)
                    {
                        scoring.Signal();
                        isFirst = false;
                    }
                }
            }
#pragma warning disable CA1031 // The test looks at what it is.
            catch (Exception e)
#pragma warning restore CA1031
            {
                return e;
            }
        }
    }
}
