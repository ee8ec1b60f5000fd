using System.Runtime.InteropServices;

namespace Plrs.MLNet.Images;

/// <summary>Memory outside the garbage collector's that is used again and again, and grows to what is asked for.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    /// <summary>What is larger is given back after use; glibc maps what is larger, so that the system gets it back.</summary>
    private const int MostKept = 32 << 20;

    private void* _memory;
    private long _size;

    ~NativeBuffer() => Free();

    /// <summary>Memory of at least some size, of undefined contents, until it is asked for again.</summary>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public nint Take(long size)
    {
        if (size > _size)
        {
            Free();
            _memory = NativeMemory.Alloc(checked((nuint)size));
            _size = size;
        }

        return (nint)_memory;
    }

    /// <summary>Says that the contents are not needed any more.</summary>
    public void Return()
    {
        if (_size > MostKept)
        {
            Free();
        }
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_memory);
        _memory = null;
        _size = 0;
    }
}
