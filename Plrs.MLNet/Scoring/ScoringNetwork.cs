using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Plrs.MLNet.Scoring;

/// <summary>
/// A network that threads score with while another may dispose of it: what runs then runs to its end, its native memory is
/// freed after the last one, and what starts later is refused.
/// </summary>
/// <param name="forward">The network: images to logits.</param>
/// <param name="memory">What holds its native memory.</param>
internal sealed class ScoringNetwork(Func<Tensor, Tensor> forward, IDisposable memory) : IDisposable
{
    // The owner counts as a user until it disposes.
    private int _users = 1;
    private int _isDisposed;

    /// <summary>Runs the network on images and writes their classes' probabilities, image by image.</summary>
    /// <exception cref="ObjectDisposedException">The network has been disposed of.</exception>
    public void Score(Tensor images, Span<float> probabilities)
    {
        Enter();
        try
        {
            using var inference = inference_mode();
            using var scope = NewDisposeScope();
            var scores = nn.functional.softmax(forward(images), 1);
            MemoryMarshal.Cast<byte, float>(scores.bytes).CopyTo(probabilities);
        }
        finally
        {
            Leave();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            Leave();
        }
    }

    private void Enter()
    {
        var users = Volatile.Read(ref _users);
        while (true)
        {
            DisposedModel.ThrowIf(users == 0 || Volatile.Read(ref _isDisposed) != 0);
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return;
            }

            users = seen;
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            memory.Dispose();
        }
    }
}
