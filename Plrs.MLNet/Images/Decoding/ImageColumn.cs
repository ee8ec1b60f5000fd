using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Plrs.MLNet.Images;

/// <summary>Reads images from a column of a cursor: of encoded images, or of ML.NET's own.</summary>
internal abstract class ImageColumn
{
    /// <summary>The types that a column of images can have, in words.</summary>
    public const string Types = "a variable-size vector of Byte (encoded images) or Image (MLImage)";

    /// <summary>Whether a column holds ML.NET's own images.</summary>
    public static bool IsOfImages(DataViewType type) => type is ImageDataViewType;

    /// <summary>Reads a column of a row that may move.</summary>
    /// <exception cref="ArgumentException">The column does not hold images.</exception>
    public static ImageColumn Create(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        ImageDataViewType => new Decoded(row, column),
        VectorDataViewType { ItemType: var item } when item == NumberDataViewType.Byte => new Encoded(row, column),
        var type => throw new ArgumentException($"The column '{column.Name}' must be {Types}, but is {type}.", nameof(column)),
    };

    /// <summary>The same schema, with a column of encoded images in place of one of ML.NET's own, which ML.NET cannot save.</summary>
    public static DataViewSchema SavableSchema(DataViewSchema schema, string name)
    {
        if (!IsOfImages(schema[name].Type))
        {
            return schema;
        }

        var builder = new DataViewSchema.Builder();
        foreach (var column in schema)
        {
            var isReplaced = column.Name == name && !column.IsHidden;
            builder.AddColumn(column.Name, isReplaced ? new VectorDataViewType(NumberDataViewType.Byte) : column.Type, column.Annotations);
        }

        return builder.ToSchema();
    }

    /// <summary>The encoded image in a row's value.</summary>
    public static ImageInput Of(in VBuffer<byte> encoded) =>

        // An encoded image is dense; a sparse buffer would be one of zeros, and no image.
        encoded.IsDense ? new ImageInput(encoded.GetValues()) : default;

    /// <summary>
    /// The image of the current row, until the row moves or this is called again; none, with the reason, where it cannot be read.
    /// </summary>
    public ImageInput Read()
    {
        try
        {
            return ReadCurrent();
        }
        catch (Exception e) when (ReadFailure.Reason(e) is not null)
        {
            return new ImageInput([]) { Failure = ReadFailure.Reason(e) };
        }
    }

    protected abstract ImageInput ReadCurrent();

    private sealed class Encoded(DataViewRow row, DataViewSchema.Column column) : ImageColumn
    {
        private readonly ValueGetter<VBuffer<byte>> _get = row.GetGetter<VBuffer<byte>>(column);
        private VBuffer<byte> _image;

        protected override ImageInput ReadCurrent()
        {
            _get(ref _image);
            return Of(_image);
        }
    }

    private sealed class Decoded(DataViewRow row, DataViewSchema.Column column) : ImageColumn
    {
        private readonly ValueGetter<MLImage> _get = row.GetGetter<MLImage>(column);

        // Whoever makes an image disposes of it, when it is asked for the next one or at the end.
        private MLImage? _image;

        protected override ImageInput ReadCurrent()
        {
            _get(ref _image!);
            try
            {
                return _image is null
                    ? default
                    : new ImageInput(
                        _image.Pixels, new PixelLayout(_image.Width, _image.Height, _image.PixelFormat == MLPixelFormat.Bgra32));
            }
            catch (InvalidOperationException)
            {
                // The user's own image, which is disposed.
                return default;
            }
        }
    }
}
