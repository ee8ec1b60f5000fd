using Plrs.MLNet.Common;

namespace Plrs.MLNet.Tests.Common;

[TestClass]
public sealed class SentenceTests
{
    [TestMethod]
    [DataRow("Could not find a part of the path 'a.tmp'", "Could not find a part of the path 'a.tmp'.")]
    [DataRow("Access is denied.", "Access is denied.")]
    [DataRow("No space left on device : 'a'\n", "No space left on device : 'a'.")]
    [DataRow("What?", "What?")]
    [DataRow("", "")]
    public void ATextEndsAsASentence(string text, string sentence) => Assert.AreEqual(sentence, Sentence.Of(text));
}
